"""Decisions: pure functions of values. No clock, no files, no network."""
