"""One diagnosis: whether all of it is known, how long it is asked for, and what the whole answer says at a glance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nab.core.facts import DiagnosticsSeen
from nab.core.text import times

OPEN = {"", "queued", "running"}  # Numerai has more to say
LATELY = timedelta(hours=1)  # after a file was handed in every tick asks
FOR_GOOD = timedelta(days=30)  # and so long whoever fetches scores does
LARGEST = 1e300  # in JSON a number may be endless, in the log none is
HEADLINES = (
    "validationCorrMean",
    "validationCorrStd",
    "validationCorrSharpe",
    "validationBmcMean",
    "validationBmcSharpe",
    "validationMmcMean",
    "validationMmcSharpe",
    "validationMaxDrawdown",
    "validationFeatureCorrMax",
)


@dataclass(frozen=True)
class Glance:
    """What a fact has of a whole answer: the headlines that it gives, null for null, and how many eras it tells of."""

    metrics: dict[str, float | None]
    eras: int


def is_whole(seen: DiagnosticsSeen) -> bool:
    """Say whether nothing more is to be had of a diagnosis."""
    return seen.status not in OPEN and bool(seen.answer or seen.left_out)


def is_due(
    diagnosed: int, handed_in: str, known: Collection[DiagnosticsSeen], now: datetime, *, lately: bool
) -> bool:
    """Say whether Numerai is to be asked what came of a run's files.

    `diagnosed` is how often the proxy saw a file handed in, `handed_in` when for the last time. Where nobody knows
    when, they are asked for.
    """
    if len(known) >= diagnosed and all(is_whole(one) for one in known):
        return False
    last = times.parse_or_none(handed_in)
    return last is None or now - last < (LATELY if lately else FOR_GOOD)


def glance(answer: dict[str, Any]) -> Glance:
    """Read the headlines of a whole answer. What is neither a number nor null is none of them."""
    eras = answer.get("perEraDiagnostics")
    told = {name: answer[name] for name in HEADLINES if name in answer}
    return Glance(
        metrics={name: value for name, value in told.items() if value is None or is_number(value)},
        eras=len(eras) if isinstance(eras, list) else 0,
    )


def is_number(value: object) -> bool:
    """Say whether a value is a number that the log can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST
