"""Keys and whatever else must not get out, as they lie on this machine."""
