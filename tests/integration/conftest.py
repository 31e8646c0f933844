"""Real engines for real tests: what is skipped without one, and a world to play in."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from nab.edges.docker import engine
from nab.edges.untrusted import removal
from nab.paths import AgentFolder
from support.worlds.world import World


def pytest_collection_modifyitems(items):
    """Skip what needs an engine where none is; in CI it fails."""
    if engine.ping():
        return
    for item in items:
        if item.get_closest_marker("docker") and os.environ.get("CI") != "true":
            item.add_marker(pytest.mark.skip(reason="no Docker engine answers: make prepare"))


@pytest.fixture
def world(request):
    """A world at the pace that the test's `pace` marker names; its folder is short enough for a socket's path."""
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    marker = request.node.get_closest_marker("pace")
    made = World(folder, *(marker.args if marker else ()))
    try:
        yield made
    finally:
        made.close()
        removal.remove(AgentFolder(folder))
