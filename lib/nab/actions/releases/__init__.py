"""Build a release, once: what is deployed is what was tested."""
