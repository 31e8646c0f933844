"""What is written down of every call, and of the proxy's own life."""
