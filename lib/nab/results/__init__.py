"""Verdicts and the figures beside them, made of scores."""
