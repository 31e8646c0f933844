"""What is made of the proxy's record of calls."""
