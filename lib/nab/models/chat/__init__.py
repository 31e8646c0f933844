"""Chat completions, as nearly every server speaks them: POST /v1/chat/completions."""
