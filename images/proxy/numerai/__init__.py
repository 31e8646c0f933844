"""What may be asked of Numerai, and what of its answers an agent gets."""
