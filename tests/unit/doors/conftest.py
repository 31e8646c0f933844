from contextlib import ExitStack

import pytest

from support.engines.quiet_engine import quiet_engine


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """Serve containers in the place of the engine."""
    with ExitStack() as served:

        def serve(*containers):
            address = served.enter_context(quiet_engine(tmp_path, *containers))
            monkeypatch.setenv("DOCKER_HOST", address)

        yield serve
