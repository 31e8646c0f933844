"""What must hold of every page before it is shown; pure."""
