"""Frozen artifacts fired on sealed eras, looked at for leaks, scored, and compared once."""
