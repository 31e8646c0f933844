"""What was said of an outcome before better evidence came: shown for ever, and made from the evidence itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nab.core.facts import ScoreSeen, tag
from nab.core.outcomes.evidence import LISTED, Asked, Evidence
from nab.core.outcomes.outcomes import Outcome, outcome, settles, unowed
from nab.core.text import times
from nab.core.windows.rounds import BareRound, Round

WITNESSES = {LISTED, tag(ScoreSeen)}


@dataclass(frozen=True)
class Correction:
    """An outcome that was worth publishing, until when it was the best answer, and the seq of what changed it."""

    old: str
    until: str
    seq: int

    @property
    def words(self) -> str:
        return f"{self.old} until {day_and_minute(times.parse(self.until))}, corrected"


def correction(
    known: Evidence, entrant: str, window: Round | BareRound, now: Outcome, *, owed: bool = True
) -> Correction | None:
    """Say what was said of a round before a submission was seen for the first time; None where nothing was."""
    if isinstance(window, BareRound):
        return None
    events = known.about.get((entrant, window.number), [])
    first = next((event for event in events if event.kind in WITNESSES), None)
    if first is None or not was_asked(known.polls(entrant), window, first.seq):
        return None
    then = upto(known, entrant, window, first.seq - 1)
    at = times.parse(first.known)
    before = outcome(then, entrant, window, at) if owed else unowed(then, entrant, window)
    if before is None or not before.settled or before.words == now.words:
        return None
    return Correction(before.words, first.known, first.seq)


def was_asked(asked: Asked, window: Round, seq: int) -> bool:
    """Say whether anybody had asked after the close before the log got so far; else nothing was worth publishing."""
    return asked.newest_before(seq) >= times.text(settles(window))


def upto(known: Evidence, entrant: str, window: Round, seq: int) -> Evidence:
    """Return what was known of an entrant's round when the log had got so far."""
    key, asked = (entrant, window.number), known.polls(entrant)
    return Evidence(
        about={key: [event for event in known.about.get(key, []) if event.seq <= seq]},
        asked={
            entrant: Asked(
                [one for one in asked.answered if one[1] <= seq],
                [one for one in asked.unanswered if one[1] <= seq],
            )
        },
        ticks=[one for one in known.ticks if one[1] <= seq],
        lives=known.lives,
    )


def day_and_minute(instant: datetime) -> str:
    """Write an instant as May 20, 13:05 UTC."""
    return f"{instant:%b} {instant.day}, {instant:%H:%M} UTC"
