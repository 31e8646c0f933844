"""Room made on the disk, the least valuable things first."""
