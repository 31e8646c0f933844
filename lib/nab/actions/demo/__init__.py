"""The whole round trip against a local tournament."""
