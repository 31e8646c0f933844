"""Numerai's rounds and windows, and what a tick owes each entrant in them."""
