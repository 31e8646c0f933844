"""Numerai's GraphQL, read and answered as leniently as Numerai does."""
