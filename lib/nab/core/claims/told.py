"""What was said of claims, and which pages were shown, as of any place in the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nab.core.facts import ClaimLooked, ClaimWithdrawn, PageBuilt, tags
from nab.core.log.events import Event

OF_INTEREST = tags(ClaimLooked, ClaimWithdrawn, PageBuilt)


@dataclass(frozen=True)
class Said:
    """A version of a claim on record."""

    seq: int
    known: str
    fact: ClaimLooked


@dataclass
class Told:
    """All that was said: the versions of each claim in order, withdrawals by claim and place, pages in order."""

    looked: dict[str, list[Said]] = field(default_factory=dict)
    withdrawn: dict[tuple[str, int], int] = field(default_factory=dict)
    pages: list[tuple[int, PageBuilt]] = field(default_factory=list)

    def last(self, claim: str, upto: int) -> Said | None:
        """Return the last word on a claim as of a place: code that changed may have said another before."""
        return next((one for one in reversed(self.looked.get(claim, [])) if one.fact.upto == upto), None)


def told(events: Iterable[Event], upto: int | None = None) -> Told:
    """Fold what was said by a seq."""
    found = Told()
    for event in events:
        if event.kind not in OF_INTEREST or (upto is not None and event.seq > upto):
            continue
        match event.fact:
            case ClaimLooked() as fact:
                found.looked.setdefault(fact.claim, []).append(Said(event.seq, event.known, fact))
            case ClaimWithdrawn() as fact:
                found.withdrawn.setdefault((fact.claim, fact.upto), event.seq)
            case PageBuilt() as fact:
                found.pages.append((event.seq, fact))
            case _:
                pass
    return found
