"""Numerai's API as the harness asks it."""
