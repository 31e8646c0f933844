"""Whether this machine is ready, point by point."""
