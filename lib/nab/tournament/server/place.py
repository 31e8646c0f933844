"""Where a tournament is kept and what is usual there: as nab.toml says, or, where there is none, as for a bot alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nab.config import Replay, Tournament, load
from nab.core.upkeep import state_format

SETTINGS = Path("nab.toml")
STATE = Path("state")
OWN = Path(".numerai-tournament")  # in the folder where a command is given that has no nab.toml
MODEL = "my_bot"


@dataclass(frozen=True)
class Place:
    """The folder of a tournament, the port that is its own, and the models of its account."""

    root: Path
    port: int
    models: tuple[str, ...]
    replay: Replay = field(default_factory=Replay)


def found(settings: Path | None, state: Path | None) -> Place:
    """Return the place that was named, or that of the folder where we are."""
    if settings is None and not SETTINGS.exists():
        root = state or OWN
        marker = root / state_format.NAME
        state_format.refuse_newer(marker.read_bytes() if marker.is_file() else None, root)
        return Place(root / "tournament", Tournament().local_port, (MODEL,))
    config = load(settings or SETTINGS, state or STATE)
    names = dict.fromkeys(entrant.model for entrant in config.settings.entrants)
    return Place(
        config.paths.tournament, config.settings.tournament.local_port, tuple(names), config.settings.replay
    )


def keep_out_of_git(place: Place) -> None:
    """Have git leave our own folder alone: there is a key in it."""
    if place.root.parent == OWN:
        OWN.mkdir(exist_ok=True)
        (OWN / ".gitignore").write_text("*\n", encoding="ascii")
