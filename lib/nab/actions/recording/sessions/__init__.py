"""The sidecar that copies what sessions print and keep."""
