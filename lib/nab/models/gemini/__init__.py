"""Gemini: POST /v1beta/models/MODEL:streamGenerateContent."""
