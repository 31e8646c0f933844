"""The model as files: addresses, words, templates."""
