"""Scores, ranks and diagnostics as Numerai gives them."""
