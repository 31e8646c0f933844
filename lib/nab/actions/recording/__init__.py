"""The sidecars that record a run."""
