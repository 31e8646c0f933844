"""A local Numerai tournament that an unmodified numerapi can talk to."""
