"""The Docker engine for tests: a test that needs one skips with its reason, on CI it fails instead."""

import os

import pytest

from nab.core.errors import NabError
from nab.edges.docker import engine


def engine_or_skip():
    """Return a client of the engine."""
    try:
        return engine.connect()
    except NabError as error:
        missing(f"no Docker engine: {error.message}")


def image_or_skip(name):
    """Return the name of an image that is built."""
    if engine.has_image(name):
        return name
    return missing(f"no image {name}: make images")


def missing(why):
    """Skip, or fail where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
