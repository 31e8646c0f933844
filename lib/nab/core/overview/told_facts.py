"""Facts as derived files tell them, read again with patience: another version of us may have written the file."""

from __future__ import annotations

from typing import TypeVar

from msgspec import structs

from nab.core.facts import (
    BoxEnded,
    GapSeen,
    Intervened,
    RunEnded,
    RunIntended,
    ScriptChecked,
    SessionEnded,
    SessionStarted,
)
from nab.core.facts.base import Fact

F = TypeVar("F", bound=Fact)

# What is a choice of ours in the log is text here: a newer version may have one more.


class MadeOf(RunIntended, frozen=True, forbid_unknown_fields=False):
    """What a run was made of."""

    level: str  # type: ignore[assignment]


class RunOver(RunEnded, frozen=True, forbid_unknown_fields=False):
    """How a run ended."""

    ending: str  # type: ignore[assignment]
    cause: str  # type: ignore[assignment]


class BoxLost(BoxEnded, frozen=True, forbid_unknown_fields=False):
    """How a run lost its box."""

    cause: str  # type: ignore[assignment]


class SessionBegan(SessionStarted, frozen=True, forbid_unknown_fields=False):
    """How a session began."""


class SessionOver(SessionEnded, frozen=True, forbid_unknown_fields=False):
    """How a session ended."""

    ending: str  # type: ignore[assignment]


class Intervention(Intervened, frozen=True, forbid_unknown_fields=False):
    """What we did to a run."""


class Script(ScriptChecked, frozen=True, forbid_unknown_fields=False):
    """What the agent left as submit.sh."""


class Gap(GapSeen, frozen=True, forbid_unknown_fields=False):
    """A hole in what was recorded of a run."""


def told(fact: Fact, kind: type[F]) -> F:
    """Return a fact as derived files tell it."""
    return kind(**structs.asdict(fact))
