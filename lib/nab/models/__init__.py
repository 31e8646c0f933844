"""A scripted model server: it speaks the streaming protocols of three providers, and its models are scripts."""
