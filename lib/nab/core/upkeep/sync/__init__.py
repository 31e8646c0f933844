"""Which files go to the git remote, in which order and parts, and what was answered."""
