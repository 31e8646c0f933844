"""What keeps an installation going: its disk, its copy at a git remote, its secrets."""
