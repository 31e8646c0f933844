"""A run from its intent to its end, folded from the log, and what comes next in it."""
