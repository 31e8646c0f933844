"""The event log as values: how an event is written, chained, cut into segments, and left out once its time is over."""
