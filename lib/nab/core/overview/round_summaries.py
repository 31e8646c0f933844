"""What derived files say of an entrant's round."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import NOT_OWED, Row


class ScoreSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The newest value of a metric."""

    value: float | None
    percentile: float | None = None
    day: int
    final: bool = False


def loud(outcome: str) -> str:
    """Write an outcome for a person: what is late is not taken for what is on time at a glance."""
    return re.sub(r"\blate\b", "LATE", outcome)


class OutcomeSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An entrant's round at a glance. Of whom and when it is, only where it does not stand under their names."""

    round: int | UnsetType = UNSET
    entrant: str | UnsetType = UNSET
    upto_seq: int | UnsetType = UNSET
    outcome: str
    owed: bool = True  # else there is an outcome only because something was seen
    corrected: str | None = None
    cause: str | None = None
    reason: str = ""
    submission: str | None = None
    made_by: str | None = None
    because: tuple[int, ...] = ()
    scores: dict[str, ScoreSummary] = {}

    @property
    def words(self) -> str:
        """The outcome, and whether it was not owed."""
        return self.outcome if self.owed else f"{self.outcome} ({NOT_OWED})"

    @property
    def loud_words(self) -> str:
        """The same for a person."""
        return loud(self.words)


class RowSummary(OutcomeSummary, frozen=True, kw_only=True):
    """An entrant's round in a list of several."""

    round: int
    entrant: str


Told = dict[str, OutcomeSummary | msgspec.Raw]  # by entrant or round; of what is closed, as it was written


class RoundSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the file of a round says. Its times are null where Numerai has not told them."""

    schema: int | UnsetType = UNSET
    round: int
    opens: datetime | None
    closes: datetime | None
    entrants: Told


class EntrantSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the file of an entrant says. `enrolled` is null for one that never was; `run` is its newest then."""

    schema: int | UnsetType = UNSET
    entrant: str
    run: str
    enrolled: str | None
    model: str
    rounds: Told


def outcome(row: Row) -> OutcomeSummary:
    """Tell an entrant's round at a glance."""
    return OutcomeSummary(
        outcome=row.outcome.words,
        owed=row.owed,
        corrected=row.corrected.words if row.corrected else None,
        cause=row.outcome.cause.value if row.outcome.cause else None,
        reason=row.outcome.reason,
        submission=row.outcome.submission,
        made_by=row.made_by or None,
        because=row.outcome.because,
        scores={
            name: ScoreSummary(value=one.value, percentile=one.percentile, day=one.day, final=one.final)
            for name, one in sorted(row.scores.items())
        },
    )


class Published(msgspec.Struct):
    """What a derived file says of an entrant's round, as far as a change of it is a change of the result."""

    outcome: str = ""
    cause: str | None = None


class PublishedRound(msgspec.Struct):
    """A derived file of a round."""

    entrants: dict[str, Published] = {}


def told_apart(before: Published, row: Row) -> tuple[str, str]:
    """Return what was published and what is so, in words; where only the cause differs, with it."""
    cause = row.outcome.cause.value if row.outcome.cause else ""
    if before.outcome == row.outcome.words and before.cause and cause and before.cause != cause:
        return f"{before.outcome}, {before.cause}", f"{row.outcome.words}, {cause}"
    return before.outcome, row.outcome.words


def was_settled(words: str) -> bool:
    """Say whether an outcome, in words, was one worth publishing as a result."""
    return words.replace(",", " ").split(" ", maxsplit=1)[0] in {
        Status.VERIFIED,
        Status.MISSED,
        Status.DISPUTED,
        Status.REFUSED,
        Status.UNREACHABLE,
    }
