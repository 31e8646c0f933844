"""The sidecar that keeps the history of a workspace."""
