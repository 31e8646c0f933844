"""The tournament as a server and as commands."""
