"""A run launched, cared for and ended."""
