"""The demo's rounds: each stays open until everybody is in, however long that takes on this machine."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from nab.actions.bench import Bench
from nab.actions.windows import ticks
from nab.core.errors import FAILED, NabError
from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import Standings
from nab.core.scores.metrics import DECIDING
from nab.core.text import times
from nab.core.text.counts import number_of
from nab.edges import clock
from nab.edges.host.progress import spelt
from nab.tournament.server import remote

# A window of a day, which ends when we say so.
PACE = ("--rounds-every", "90000", "--window", "86400", "--scoring-day", "0.4")
LEAST_OPEN = timedelta(seconds=20)
LOOK_SECONDS = 1.0
# With nothing new in any of them: ten minutes on a quiet machine, as many more as it needs on a busy one.
MOST_LOOKS = 150


@dataclass(frozen=True)
class Moment:
    """Where the tournament stands: its time, its newest round, since when that is open, or that it is closed."""

    now: datetime
    round: int
    open: bool
    opened: datetime


@dataclass
class Play:
    """The rounds that are played; those of them that everybody is in, and the newest whose close was looked at."""

    first: int
    last: int
    complete: Set[int] = frozenset()
    seen_closed: int = 0

    def comes_now(self, at: Moment) -> bool:
        """Say whether the next close, or the next opening, need not be waited for."""
        if at.round < self.first:
            return True  # it opened before everybody was enrolled
        if at.open:
            return at.round in self.complete and at.now - at.opened >= LEAST_OPEN
        return at.round < self.last and at.round <= self.seen_closed

    def looked(self, at: Moment, complete: Set[int]) -> None:
        """Take in what was seen in a look that began at that moment."""
        self.complete = complete
        if not at.open:
            self.seen_closed = at.round


def moment(bench: Bench) -> Moment:
    """Ask the tournament where it stands."""
    told = remote.ask(bench.paths.tournament, "GET", "health")
    return Moment(times.parse(told["now"]), told["round"], told["open"], times.parse(told["opens"]))


def play(bench: Bench, rounds: int, began: float) -> None:
    """Do what the operator's timers do, only more often, until so many rounds have their last score.

    Raises NabError when nothing comes of it any more.
    """
    told: set[str] = set()
    newest = moment(bench).round
    playing = Play(first=newest + 1, last=newest + rounds)
    in_vain = 0
    while in_vain < MOST_LOOKS:
        at = moment(bench)
        if playing.comes_now(at):
            remote.bring_forward(bench.paths.tournament)
        else:
            ticks.look(bench)
            standings = bench.standings()
            fresh = [line for line in news(standings) if line not in told]
            for line in fresh:
                click.echo(f"  [{spelt(clock.monotonic() - began)}] {line}")
            if resolved(standings) >= rounds:
                return
            told.update(fresh)
            in_vain = 0 if fresh else in_vain + 1
            playing.looked(at, complete(standings))
        clock.pause(LOOK_SECONDS)
    said = f"{number_of(rounds, 'round')} did not resolve: nothing new in {MOST_LOOKS} looks"
    raise NabError(said, hint=f"look above, and at the logs in {bench.paths.root}", exit_code=FAILED)


def news(standings: Standings) -> list[str]:
    """Say what is worth a line: outcomes as they settle, and final scores."""
    lines = []
    for row in standings.rows:
        if row.outcome.settled:
            lines.append(f"round {row.round.number} {row.entrant}: {row.words}")
        if row.resolved:
            final = ", ".join(f"{one.title} {row.scores[one.name].value:+.4f}" for one in DECIDING)
            lines.append(f"round {row.round.number} {row.entrant}: final {final}")
    return lines


def complete(standings: Standings) -> set[int]:
    """Return the rounds that every enrolled entrant is in."""
    verified = [row.round.number for row in standings.rows if row.outcome.status is Status.VERIFIED]
    return {number for number in verified if verified.count(number) == len(standings.enrolments)}


def resolved(standings: Standings) -> int:
    """Count the rounds that every enrolled entrant is in and that have their last 20-day score."""
    waiting = {row.round.number for row in standings.rows if not row.resolved}
    return len(complete(standings) - waiting)
