"""Doors that cost little: what is asked most often, read from a derived file by code that imports nothing else."""
