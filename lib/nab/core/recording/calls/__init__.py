"""The record of a run's web calls, read again."""
