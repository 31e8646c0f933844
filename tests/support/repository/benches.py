"""A bench on a folder of the test's own, with the repository's sample settings."""

from __future__ import annotations

from pathlib import Path

from nab.actions.bench import Bench
from nab.config import Config, load

REPOSITORY = Path(__file__).resolve().parents[3]


def config_on(folder: Path, settings: str | None = None) -> Config:
    """Load nab.toml, or the given text, with state and site in the folder."""
    file = REPOSITORY / "nab.toml"
    if settings is not None:
        file = folder / "nab.toml"
        file.write_text(settings)
    return load(file, folder / "state")


def bench_on(folder: Path, settings: str | None = None) -> Bench:
    """Return a bench that writes only in the folder."""
    return Bench(config_on(folder, settings), "test")
