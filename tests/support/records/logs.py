"""Events for tests, sealed like real ones, without a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nab.core.facts import AnyFact, EntrantEnrolled, RoundSeen, RunIntended
from nab.core.levels import Level
from nab.core.log.events import Draft, Event, Link, Stamp, encode, link, seal
from nab.core.text import times
from nab.core.windows.rounds import Round

NOON = datetime(2026, 5, 16, 12, 0, tzinfo=UTC)
CLOSES = NOON + timedelta(hours=1)
ROUND = Round(1269, NOON, CLOSES)
WHO = "codex-l3"
RUN = "2026-05-15T090000Z-codex-l3"


class Log:
    """A log that grows by facts known at given instants."""

    def __init__(self, by: str = "test") -> None:
        self.by = by  # who writes
        self.events: list[Event] = []
        self.head = Link()

    def add(
        self, fact: AnyFact, at: datetime = NOON, valid: datetime | None = None, **about: object
    ) -> Event:
        draft = Draft(fact=fact, id=f"e{self.head.seq + 1}", valid=valid, **about)  # type: ignore[arg-type]
        event = seal(draft, self.head, Stamp(at, "boot0000", 1.0, self.by))
        self.head = link(event, encode(event))
        self.events.append(event)
        return event

    def about(self, fact: AnyFact, at: datetime = NOON, entrant: str = WHO, number: int = 1269) -> Event:
        """Add a fact about an entrant in a round."""
        return self.add(fact, at, entrant=entrant, round=number)


def intended(agent: str = "codex", level: Level = Level.L3) -> RunIntended:
    return RunIntended(
        agent=agent,
        level=level,
        model=f"nab_{agent}",
        model_id=f"id-of-{agent}",
        image="sha256:1",
        digests={},
        budget_seconds=3600,
        objective_sha256="0" * 64,
        slot="nab-slot-gpu0",
    )


def enrolled(agent: str = "codex", level: Level = Level.L3) -> EntrantEnrolled:
    return EntrantEnrolled(agent=agent, level=level, model=f"nab_{agent}", model_id=f"id-of-{agent}")


def round_seen(one: Round = ROUND) -> RoundSeen:
    ends = times.text(one.ends) if one.ends else None
    return RoundSeen(opens=times.text(one.opens), closes_staking=times.text(one.closes), closes=ends)
