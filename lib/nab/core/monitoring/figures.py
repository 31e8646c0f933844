"""What derived files say of what a monitor is told, read with patience: any version of us may have written them."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Tokens(msgspec.Struct, frozen=True):
    """Tokens by kind; reasoning is among the output."""

    input: int = 0
    cache_read: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0


class ModelFigures(msgspec.Struct, frozen=True):
    """What a run used of a model."""

    provider: str
    model: str
    answers: int = 0
    counts: Tokens = Tokens()
    usd_at_least: float = 0.0


class UsedFigures(msgspec.Struct, frozen=True):
    """What a run used of its models."""

    models: tuple[ModelFigures, ...] = ()


class GapFigures(msgspec.Struct, frozen=True):
    """A hole in what was recorded of a run."""

    witness: str
    began: str = ""
    ended: str = ""


class LostFigures(msgspec.Struct, frozen=True):
    """A box that was lost."""

    cause: str = "unknown"


class RunFigures(msgspec.Struct, frozen=True):
    """What is counted of a run, from its run.json."""

    run: str
    entrant: str
    state: str
    used: UsedFigures = UsedFigures()
    endings: dict[str, int] = {}
    gaps: tuple[GapFigures, ...] = ()
    lost_boxes: tuple[LostFigures, ...] = ()
    calls_denied: int = 0


class OutcomeFigures(msgspec.Struct, frozen=True):
    """What became of an entrant in a round."""

    outcome: str
    owed: bool = True
    cause: str | None = None


class RoundFigures(msgspec.Struct, frozen=True):
    """What is counted of a round, from its file."""

    round: int
    opens: datetime | None = None
    closes: datetime | None = None
    entrants: dict[str, OutcomeFigures] = {}
