"""When rounds open, close and are scored."""
