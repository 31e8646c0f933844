"""Windows without an engine: a world whose tournament is real and in which nothing runs in a box."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nab.edges.untrusted import removal
from nab.paths import AgentFolder
from support.worlds.quiet import NOWHERE, QuietWorld


@contextmanager
def served() -> Iterator[QuietWorld]:
    """Serve a tournament; its folder is short enough for a socket's path."""
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    made = QuietWorld(folder)
    try:
        yield made
    finally:
        made.close()
        removal.remove(AgentFolder(folder))


@pytest.fixture(scope="module")
def tournament():
    """One tournament for all cases of a file: each begins at a later time of it."""
    with served() as made:
        yield made


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """There is no engine, and what a client leaves in its folder is the test's own."""
    monkeypatch.setenv("DOCKER_HOST", NOWHERE)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def quiet(nowhere, tournament, tmp_path):
    """A bench that knows nothing yet, on the tournament of the file."""
    return tournament.begin_again(tmp_path / "bench")


@pytest.fixture
def alone(nowhere):
    """A world whose tournament is this test's alone: it may be ended."""
    with served() as made:
        yield made
