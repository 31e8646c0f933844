"""What a model's answer says of its tokens, read while it passes."""
