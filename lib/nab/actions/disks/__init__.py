"""The disks that agents write to, and the room that must be free."""
