"""The pytest fixture `numerai_tournament`, for tests of programs that play at Numerai (docs/tournament.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from nab.tournament.fixture import LocalTournament

MARKER = "numerai_tournament"
USUAL: Mapping[str, Any] = {"preset": "bot", "size": "tiny", "model": "my_bot"}


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    text = "the options of `serve` for the fixture of that name: model=..., fault=..., refuse_stale_ids=True"
    config.addinivalue_line("markers", f"{MARKER}(**options): {text}")


def words(options: Mapping[str, Any]) -> list[str]:
    """Write options as a command line has them: a list several times, True as a switch."""
    written = []
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if value is True:
            written.append(option)
            continue
        for one in value if isinstance(value, list | tuple) else [value]:
            written += [option, str(one)]
    return written


@pytest.fixture(scope="session")
def numerai_datasets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that keeps what the tournaments of this session have made of their markets."""
    return tmp_path_factory.mktemp("numerai-datasets")


@pytest.fixture
def numerai_tournament(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, numerai_datasets: Path
) -> Iterator[LocalTournament]:
    """Have a local tournament whose window is open until the test says `advance`.

    While the test runs, numerapi in this process goes there, and the usual variables hold its key: nothing of the
    test reaches Numerai.
    """
    # Imported here: a session without such a test need not wait for it.
    from nab.tournament.fixture import running

    marked = {**USUAL}
    for marker in reversed(list(request.node.iter_markers(MARKER))):
        marked |= marker.kwargs
    with running(words(marked), numerai_datasets) as tournament:
        monkeypatch.setenv("NUMERAI_PUBLIC_ID", tournament.key.public_id)
        monkeypatch.setenv("NUMERAI_SECRET_KEY", tournament.key.secret_key)
        for name in ("no_proxy", "NO_PROXY"):  # this machine is reached without one
            monkeypatch.setenv(name, "127.0.0.1", prepend=",")
        if find_spec("numerapi"):
            monkeypatch.setattr("numerapi.base_api.API_TOURNAMENT_URL", tournament.url)
        yield tournament
