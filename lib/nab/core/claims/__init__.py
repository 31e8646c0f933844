"""Families of claims as they were registered, and what was said of them since."""
