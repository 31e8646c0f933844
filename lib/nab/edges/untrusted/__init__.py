"""Folders that an agent can write, read without trusting them."""
