"""Folded state to static pages."""
