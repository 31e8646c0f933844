"""What a backup of the state holds, in which order, and how it is known to be whole."""
