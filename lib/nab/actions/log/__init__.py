"""The event log checked, checkpointed, and derived files made from it."""
