"""What is not well: alarms, contradictions, checks of this machine."""
