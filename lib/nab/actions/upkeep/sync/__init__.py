"""One tick of the copy at a git remote."""
