"""The real keys, and the placeholders that stand for them in a box."""
