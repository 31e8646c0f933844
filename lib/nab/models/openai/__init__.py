"""OpenAI: POST /v1/responses."""
