"""The sidecar that counts the processes of a box."""
