"""Windows without an engine: a world whose tournament is real and in which nothing runs in a box."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from support.worlds.quiet import NOWHERE, QuietWorld


@pytest.fixture
def quiet(monkeypatch, tmp_path):
    """A world without an engine; its folder is short enough for a socket's path."""
    monkeypatch.setenv("DOCKER_HOST", NOWHERE)
    monkeypatch.chdir(tmp_path)
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    made = QuietWorld(folder)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder)
