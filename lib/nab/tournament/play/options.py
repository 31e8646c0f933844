"""What a tournament is started with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nab.tournament.play import account
from nab.tournament.play.faults import Fault
from nab.tournament.play.rates import Enforced
from nab.tournament.rounds.pace import Pace

Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What a tournament is started with."""

    root: Path
    port: int
    pace: Pace
    size: str
    seed: int
    models: tuple[str, ...]
    scopes: tuple[str, ...] = account.SCOPES
    rate_limits: Enforced | None = None
    faults: tuple[Fault, ...] = ()
    refuses_stale_ids: bool = False
    sealed: int = 0  # of the newest eras: the dataset is cut before them
    dataset: Path | None = None  # what is cut; None: a synthetic one

    @property
    def enforced(self) -> Enforced:
        """Return which rate limits hold: all of Numerai's in its own calendar, few where rounds take seconds."""
        usual = Enforced.ALL if self.pace.preset == "live" else Enforced.DIAGNOSTICS
        return self.rate_limits or usual
