"""Anthropic: POST /v1/messages."""
