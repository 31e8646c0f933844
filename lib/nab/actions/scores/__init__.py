"""Scores, ranks and diagnostics fetched from Numerai."""
