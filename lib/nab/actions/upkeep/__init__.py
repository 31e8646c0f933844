"""What keeps an installation going: room on its disk, a copy at a git remote."""
