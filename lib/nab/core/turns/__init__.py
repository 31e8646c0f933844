"""Whose turn on the machine it is, and what everybody has had of it."""
