"""What a call passes on its way, one addon a module."""
