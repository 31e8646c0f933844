"""The whole log folded at once, and what is shown of it."""
