"""Folders that an agent can write: read, furnished and removed without trusting what lies in them."""
