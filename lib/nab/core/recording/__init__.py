"""What is recorded of a run's box, read again."""
