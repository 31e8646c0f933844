"""Public models whose scores are kept beside ours: when each is asked for, and what was published of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from nab.core.facts import ReferenceSeen, ReferenceValue, ScoreSeen, tag
from nab.core.log.events import Event
from nab.core.scores.news import Heard
from nab.core.text import times
from nab.core.windows.rounds import Round

REFERENCE = tag(ReferenceSeen)
DAILY = timedelta(days=1)
EARLY = timedelta(minutes=30)  # whoever looks every hour is there a little before or after the same minute


@dataclass(frozen=True)
class Reference:
    """A public model: its name, its Numerai id where it is known, and of which account of nab.toml it is, if of one."""

    name: str
    id: str = ""
    account: str = ""


@dataclass
class Known:
    """What was asked, when for the last time, and what was published, by the model's id."""

    asked: dict[Reference, str] = field(default_factory=dict)
    heard: Heard = field(default_factory=Heard)

    def of(self, account: str) -> list[Reference]:
        """Return the models of an account that were asked for."""
        return [one for one in self.asked if one.account == account and one.id]

    def id_of(self, name: str) -> str:
        """Return the id of a model that was named by itself; empty where it is not known."""
        return next((one.id for one in self.asked if not one.account and one.name == name and one.id), "")

    def is_due(self, one: Reference, now: datetime, every: timedelta) -> bool:
        """Say whether it is time to ask again. Written for a clock that may jump: the future counts as never."""
        at = times.maybe(self.asked.get(one))
        return at is None or at > now or at + every <= now


def known(events: Iterable[Event]) -> Known:
    """Fold them."""
    found = Known()
    for event in events:
        if event.kind == REFERENCE and isinstance(seen := event.fact, ReferenceSeen):
            found.asked[Reference(seen.model, seen.id, seen.account)] = event.known
            for value in seen.values:
                found.heard.hear((seen.id, value.round), as_score(value))
    return found


def as_score(value: ReferenceValue) -> ScoreSeen:
    """Return a value as one of ours would be, to be compared."""
    return ScoreSeen(
        metric=value.metric, day=value.day, value=value.value, percentile=value.percentile, submission="",
        version=value.version,
    )  # fmt: skip


def fresh(heard: Heard, id: str, told: Iterable[ReferenceValue]) -> list[ReferenceValue]:
    """Return what is news of a model, and hear it."""
    found = []
    for value in told:
        fact, place = as_score(value), (id, value.round)
        if heard.is_news(place, fact):
            heard.hear(place, fact)
            found.append(value)
    return found


def pace(rounds: Iterable[Round]) -> timedelta:
    """Return how often to ask: daily; where rounds follow each other faster, as in a local tournament, as often."""
    opens = sorted(one.opens for one in rounds)
    return min([DAILY - EARLY, *(after - before for before, after in pairwise(opens) if after > before)])
