"""Programs that try to break the rest and count what they broke."""
