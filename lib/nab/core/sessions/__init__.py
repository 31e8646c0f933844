"""Sessions of coding agents: what their programs print and keep, in one schema, and how they end."""
