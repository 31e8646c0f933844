"""Replayed runs compared on sealed eras, in a family of their own: pure, too."""
