"""The compute ledger: what every entrant had of the machine, folded from the log.

A turn counts from the start of a box, or from `turn.began`, to `turn.ended` or the end of the box. Off it comes what
was lost through the harness or Numerai: time without a proxy, time in which Numerai did not answer, and all time in
which the machine was down or slept. A loss is forgiven when it is over; while it lasts it counts as use, so that
nobody keeps the slot by being unlucky.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nab.core.facts import (
    PROXY,
    BoxEnded,
    BoxStarted,
    GapSeen,
    Intervened,
    RunEnded,
    RunIntended,
    RunStarted,
    Tick,
    TurnBegan,
    TurnEnded,
    UsageCounted,
    tags,
)
from nab.core.intervals import Interval
from nab.core.levels import Level, Shares, shares
from nab.core.log.events import Event
from nab.core.outcomes.box_uptime import OF_A_BOX
from nab.core.turns.accounts import Account
from nab.core.turns.machine_clock import MachineTime, Moment
from nab.core.usage import costs
from nab.core.usage.costs import Totals
from nab.core.windows.window import Window

AWAY_SECONDS = 24 * 3600.0  # who was away for longer comes back as a newcomer
YIELD = "yield"
OF_INTEREST = OF_A_BOX | tags(Intervened, Tick, UsageCounted)


@dataclass(frozen=True)
class Served:
    """What an entrant had: times in seconds. `standing` is what turns are given by, the least first."""

    entrant: str
    level: Level
    turns: int
    active: float
    lost: float
    beside: float
    cpu: float
    gpu: float | None
    used: Totals
    standing: float


@dataclass
class Ledger:
    """The accounts of all runs, as of the newest event seen. Cheap to bring up to date, event by event.

    `heads` is the head start of an entrant: a newcomer begins where the least served one stands.
    `owed` are the seconds that the L4 agents are still to have before another run may have the machine to itself.
    """

    time: MachineTime = field(default_factory=MachineTime)
    accounts: dict[str, Account] = field(default_factory=dict)
    entrants: dict[str, list[Account]] = field(default_factory=dict)
    alive: dict[str, Account] = field(default_factory=dict)
    heads: dict[str, float] = field(default_factory=dict)
    outages: list[Interval[float]] = field(default_factory=list)
    outage_since: float | None = None
    outage_heads: dict[str, float] = field(default_factory=dict)
    usage: dict[str, list[tuple[str, UsageCounted]]] = field(default_factory=dict)
    owed: float = 0.0

    def see(self, event: Event) -> None:
        """Take the next event of the log into account."""
        here = self.time.see(event)
        if event.kind not in OF_INTEREST:
            return
        if event.kind == "tick":
            self.answered(event, here)
        elif event.run in self.accounts:
            self.lived(self.accounts[event.run], event, here)
        elif isinstance(event.fact, RunIntended) and event.entrant and event.run:
            self.join(Account(event.run, event.entrant, event.fact.level))

    def answered(self, event: Event, here: float) -> None:
        """Follow whether Numerai answers."""
        silent = isinstance(event.fact, Tick) and event.fact.window == Window.UNKNOWN
        if silent and self.outage_since is None:
            self.outage_since = here
        elif not silent and self.outage_since is not None:
            self.outages.append(Interval(self.outage_since, here))
            self.outage_since = None
            self.outage_heads.clear()

    def lived(self, account: Account, event: Event, here: float) -> None:
        """Follow one run: its turns, and what else befell it."""
        if self.had_a_turn(account, event):
            return
        match event.fact:
            case GapSeen(witness=witness, began=began, ended=ended) if witness == PROXY:
                account.gaps.append(Interval(self.time.at(began), self.time.at(ended)))
            case Intervened(what=what) if what == YIELD:
                account.noticed_at = here
            case UsageCounted() as usage:
                self.usage.setdefault(account.entrant, []).append((account.run, usage))
            case _:
                pass

    def had_a_turn(self, account: Account, event: Event) -> bool:
        """Follow the turns of one run; False for an event that tells of something else."""
        match event.fact:
            case RunStarted(started_at=started_at) if account.turn_number == 0:
                account.begin(self.time.at(started_at), "its box was started", beside=False)
            case BoxStarted(started_at=started_at):
                account.begin(self.time.at(started_at), "its box was started again", beside=False)
            case TurnBegan(because=because, beside=beside):
                account.begin(self.time.at(event.valid), because, beside=beside)
            case TurnEnded() as fact:
                self.turn_ended(account, fact, self.time.at(event.valid))
            case BoxEnded(finished_at=finished_at):
                self.box_ended(account, self.time.at(finished_at or event.valid))
            case RunEnded(finished_at=finished_at):
                at = self.time.at(finished_at or event.valid)
                self.box_ended(account, at)
                account.ended = at
                self.alive.pop(account.run, None)
            case _:
                return False
        return True

    def box_ended(self, account: Account, at: float) -> None:
        """End whatever turn goes on."""
        account.close_beside(at)
        self.close(account, at)

    def turn_ended(self, account: Account, fact: TurnEnded, at: float) -> None:
        """Close a turn. One that is written after the run's end only brings its meter readings."""
        account.metered = account.turn_number
        account.cpu += fact.cpu_seconds or 0.0
        if fact.gpu_seconds is not None:
            account.gpu = (account.gpu or 0.0) + fact.gpu_seconds
        if fact.beside:
            account.close_beside(at)
        else:
            self.close(account, at)

    def close(self, account: Account, at: float) -> None:
        """End a turn, and keep what the L4 agents are owed: as much as a run had to itself while they waited."""
        seconds = account.close(at)
        if account.sliced:
            self.owed = max(0.0, self.owed - seconds)
        elif self.present():
            self.owed += seconds

    def join(self, account: Account) -> None:
        """Add a run. A newcomer, or who was away for a day, begins at the present minimum, not at its own."""
        if account.sliced and self.is_new(account.entrant):
            others = [one for one in self.present() if one != account.entrant]
            if others:
                least = min(self.standing(one, forgiven=True) for one in others)
                self.shift(self.heads, account.entrant, least - self.standing(account.entrant, forgiven=True))
                charged = min(self.standing(one) for one in others)
                self.shift(self.outage_heads, account.entrant, charged - self.standing(account.entrant))
        self.accounts[account.run] = self.alive[account.run] = account
        self.entrants.setdefault(account.entrant, []).append(account)

    @staticmethod
    def shift(heads: dict[str, float], entrant: str, by: float) -> None:
        heads[entrant] = heads.get(entrant, 0.0) + by

    def is_new(self, entrant: str) -> bool:
        """Say whether an entrant has not been here for a day."""
        theirs = [one.ended for one in self.of(entrant)]
        if None in theirs:
            return False
        return (
            self.time.now - max((one for one in theirs if one is not None), default=-AWAY_SECONDS)
            >= AWAY_SECONDS
        )

    def of(self, entrant: str) -> list[Account]:
        """Return the accounts of an entrant's runs."""
        return self.entrants.get(entrant, [])

    def present(self) -> set[str]:
        """Return the L4 entrants that have a run which has not ended."""
        return {one.entrant for one in self.alive.values() if one.sliced}

    def standing(self, entrant: str, moment: Moment | None = None, *, forgiven: bool = False) -> float:
        """Return the seconds that an entrant's turns are given by. `forgiven`: without the outage that goes on."""
        now = self.time.of(moment) if moment else self.time.now
        active = sum(one.counted(self.outages, now)[0] for one in self.of(entrant))
        standing = active + self.heads.get(entrant, 0.0)
        if not forgiven:
            return standing + self.outage_heads.get(entrant, 0.0)
        if self.outage_since is None:
            return standing
        since = self.outage_since
        return standing - sum(one.unforgiven(self.outages, since, now) for one in self.of(entrant))

    def still_owed(self, moment: Moment) -> float:
        """Return what is owed to the L4 agents now, with the turn that goes on."""
        now = self.time.of(moment)
        going = sum(now - one.began for one in self.alive.values() if one.sliced and one.began is not None)
        return max(0.0, self.owed - going)

    def rows(self, moment: Moment) -> list[Served]:
        """Return what every entrant had, those with turns by slices and the least served first."""
        found = [self.row(entrant, moment) for entrant in self.entrants]
        return sorted(
            found, key=lambda row: (shares(row.level) is not Shares.SLICED, row.standing, row.entrant)
        )

    def row(self, entrant: str, moment: Moment) -> Served:
        """Return what an entrant had, in all its runs."""
        now, accounts = self.time.of(moment), self.of(entrant)
        counted = [one.counted(self.outages, now) for one in accounts]
        beside = sum(
            one.beside + now - (now if one.beside_since is None else one.beside_since) for one in accounts
        )
        gpu = [one.gpu for one in accounts if one.gpu is not None]
        return Served(
            entrant=entrant,
            level=accounts[-1].level,
            turns=sum(len(one.turns) + (one.began is not None) for one in accounts),
            active=sum(active for active, _ in counted),
            lost=sum(lost for _, lost in counted),
            beside=beside,
            cpu=sum(one.cpu for one in accounts),
            gpu=sum(gpu) if gpu else None,
            used=costs.fold(self.usage.get(entrant, ())),
            standing=self.standing(entrant, moment),
        )


def ledger(events: Iterable[Event]) -> Ledger:
    """Fold the whole log."""
    found = Ledger()
    for event in events:
        found.see(event)
    return found
