"""The record of the processes in a run's box."""
