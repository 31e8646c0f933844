"""The statistical procedure: pure functions of a registration and of scores, in plain Python."""
