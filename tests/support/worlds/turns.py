"""Weeks of turns in seconds: the real ledger, the real decisions and the real steps, on boxes and a clock of paper."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from nab.core.facts import (
    Cause,
    GapSeen,
    Intervened,
    RunCreated,
    RunEnded,
    RunEnding,
    RunIntended,
    RunStarted,
    Tick,
    TurnBegan,
    TurnEnded,
)
from nab.core.levels import Level, Shares, shares
from nab.core.log.events import FIRST as BEGINNING
from nab.core.log.events import Draft, Event, Stamp, encode, link, seal
from nab.core.text import names, times
from nab.core.turns import decision as turn_decision
from nab.core.turns import steps
from nab.core.turns.ledger import Ledger
from nab.core.turns.machine_clock import Moment
from nab.core.turns.situations import Contender, Opening, Rules, State, TurnSituation, scene
from nab.core.turns.window_hours import in_the_hours
from nab.core.windows.window import Window

MONDAY = datetime(2026, 5, 18, tzinfo=UTC)
SLOT = "nab-slot-gpu0"
HOUR, DAY, WEEK = 3600.0, 86400.0, 7 * 86400.0


@dataclass
class PaperBox:
    """A box that is only written down."""

    run: str
    entrant: str
    level: Level
    queued_at: str
    name: str
    status: str = "created"


@dataclass
class PaperMachine:
    """A machine on paper. `worked` is the truth that the ledger is held to: seconds of use, by entrant and week."""

    slice_hours: float = 1.0
    now: datetime = MONDAY
    boot: int = 1
    mono: float = 100.0
    up: bool = True
    numerai: bool = True
    proxy: set[str] = field(default_factory=set)  # runs without one
    boxes: dict[str, PaperBox] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    worked: dict[int, dict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    most_awake: int = 0
    both: int = 0
    look_at: datetime = MONDAY
    gap_since: dict[str, datetime] = field(default_factory=dict)
    waited: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    longest_wait: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    exclusive_seconds: float = 0.0
    sliced_seconds: float = 0.0
    head = BEGINNING

    @property
    def seconds(self) -> float:
        return (self.now - MONDAY).total_seconds()

    def note(self, fact, run=None, entrant=None, valid=None, keep=False):
        stamp = Stamp(self.now, f"{self.boot:08x}", self.mono, "paper")
        event = seal(Draft(fact=fact, id="x", run=run, entrant=entrant, valid=valid), self.head, stamp)
        if keep:
            self.head = link(event, encode(event))
            self.events.append(event)
        self.ledger.see(event)

    def intend(self, entrant: str, level: Level = Level.L4) -> str:
        """Queue a run."""
        run = f"{self.now:%Y-%m-%dT%H%M%SZ}-{entrant}"
        fact = RunIntended(
            agent=entrant, level=level, model="m", model_id="m", image="i", digests={}, budget_seconds=None,
            objective_sha256="0", slot=SLOT,
        )  # fmt: skip
        self.note(fact, run, entrant)
        self.note(RunCreated(container=run), run, entrant)
        self.boxes[run] = PaperBox(run, entrant, level, times.text(self.now), names.waiting_name(run))
        self.look_at = self.now
        return run

    def end(self, run: str, cause: Cause = Cause.AGENT) -> None:
        """End a run, whatever it does."""
        self.note(
            RunEnded(ending=RunEnding.FAILED, cause=cause, reason="paper"), run, self.boxes[run].entrant
        )
        del self.boxes[run]
        self.proxy.discard(run)
        self.look_at = self.now

    def of(self, entrant: str) -> PaperBox | None:
        return next((box for box in self.boxes.values() if box.entrant == entrant), None)

    def window(self) -> tuple[Window, datetime, datetime]:
        """An hour at 13:00 on every day but Sunday and Monday, and a day and an hour from Saturday noon on."""
        day = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        opens, closes = day + timedelta(hours=13), day + timedelta(hours=14)
        if day.weekday() in {5, 6}:
            saturday = day - timedelta(days=day.weekday() - 5)
            opens, closes = saturday + timedelta(hours=12), saturday + timedelta(hours=37)
        if not self.numerai:
            return Window.UNKNOWN, opens, closes
        is_open = opens <= self.now < closes and day.weekday() != 0
        return (Window.OPEN if is_open else Window.CLOSED), opens, closes

    def moment(self) -> Moment:
        return Moment(self.now, f"{self.boot:08x}", self.mono)

    def scene(self) -> TurnSituation:
        moment, accounts = self.moment(), self.ledger.accounts
        contenders = tuple(
            Contender(
                run=box.run, entrant=box.entrant, level=box.level, state=STATES[box.status],
                served=self.ledger.standing(box.entrant, moment), queued_at=box.queued_at, box=box.run, name=box.name,
                in_turn=accounts[box.run].began is not None, beside=accounts[box.run].beside_since is not None,
            )
            for box in self.boxes.values()
        )  # fmt: skip
        window, opens, closes = self.window()
        opening = Opening(window, opens, closes)
        rules = Rules(SLOT, timedelta(hours=self.slice_hours))
        return scene(self.ledger, contenders, moment, rules, opening)

    def look(self, stop_after: int | None = None) -> turn_decision.Decision:
        """Decide, and take the steps; with `stop_after` the process dies after so many of them."""
        if stop_after is None:
            self.note(Tick(window=self.window()[0].value, decisions={}))
        scene = self.scene()
        decision = turn_decision.decide(scene)
        for step in steps.steps(scene, decision, SLOT)[:stop_after]:
            self.take(step)
        self.look_at = decision.look_again
        holder = self.boxes.get(decision.holder or "")
        if stop_after is None and holder and holder.status == "created":
            assert holder.name == SLOT
            holder.status = "running"
            self.note(RunStarted(started_at=times.text(self.now)), holder.run, holder.entrant)
        return decision

    def take(self, step) -> None:
        """Take one step on paper, as strict as the engine."""
        box = self.boxes[step.run]
        match step:
            case steps.End(because=because, beside=beside):
                self.note(TurnEnded(because=because, active_seconds=0, beside=beside), box.run, box.entrant)
            case steps.Begin(because=because, beside=beside):
                self.note(TurnBegan(because=because, beside=beside), box.run, box.entrant)
            case steps.Pause():
                assert box.status == "running"
                box.status = "paused"
            case steps.Name(name=name):
                assert all(other.name != name for other in self.boxes.values())
                box.name = name
            case steps.Wake():
                assert box.status == "paused"
                box.status = "running"
            case steps.Tell(because=because):
                self.note(Intervened(what="yield", text=because), box.run, box.entrant)

    def pass_time(self, seconds: float) -> None:
        """Let the clock go on, and keep the truth."""
        week = int(self.seconds // WEEK)
        if self.up:
            awake = [box for box in self.boxes.values() if box.status == "running"]
            holders = [box for box in awake if box.name == SLOT]
            self.most_awake = max(self.most_awake, len(awake) if not self.together() else 0)
            self.both = max(self.both, len(holders))
            for box in holders:
                if shares(box.level) is Shares.EXCLUSIVE:
                    self.exclusive_seconds += seconds
                else:
                    self.sliced_seconds += seconds
                if self.numerai and box.run not in self.proxy:
                    self.worked[week][box.entrant] += seconds
            held = {box.entrant for box in holders}
            for box in self.boxes.values():
                self.waited[box.entrant] = 0.0 if box.entrant in held else self.waited[box.entrant] + seconds
                self.longest_wait[box.entrant] = max(self.longest_wait[box.entrant], self.waited[box.entrant])
            self.mono += seconds
        self.now += timedelta(seconds=seconds)

    def together(self) -> bool:
        """Say whether these are hours in which all may be awake, whatever Numerai answers."""
        window, opens, closes = self.window()
        return in_the_hours(
            TurnSituation(now=self.now, slice=timedelta(hours=1), window=window, opens=opens, closes=closes)
        )

    def goes_down(self) -> None:
        """The machine loses its power."""
        self.up = False

    def comes_up(self) -> None:
        """The machine is back, after a boot: what ran is over through no fault of its agent, and is started again."""
        self.up, self.boot, self.mono = True, self.boot + 1, 1.0
        over = [box for box in self.boxes.values() if box.status != "created"]
        for box in over:
            self.end(box.run, Cause.HARNESS)
        for box in over:
            if shares(box.level) is Shares.SLICED:
                self.pass_time(1)
                self.intend(box.entrant)
        self.look_at = self.now

    def proxy_goes(self, run: str) -> None:
        self.proxy.add(run)
        self.gap_since[run] = self.now

    def proxy_comes(self, run: str) -> None:
        if run in self.proxy:
            self.proxy.discard(run)
            began = times.text(self.gap_since[run])
            gap = GapSeen(witness="proxy", began=began, ended=times.text(self.now), reason="paper")
            self.note(gap, run, self.boxes[run].entrant)


@dataclass(order=True)
class Happening:
    """Something that befalls the machine, `at` seconds after its Monday."""

    at: float
    what: str
    whom: str = ""
    seconds: float = 0.0


def play(machine: PaperMachine, happenings: list[Happening], seconds: float) -> PaperMachine:
    """Let a machine run for so long, looking whenever a decision said so."""
    todo, ends = sorted(happenings), set()
    while machine.seconds < seconds:
        soonest = min(todo[0].at if todo else seconds, seconds)
        if machine.up:
            soonest = min(soonest, (machine.look_at - MONDAY).total_seconds())
        if soonest > machine.seconds:
            machine.pass_time(soonest - machine.seconds)
        while todo and todo[0].at <= machine.seconds + 1e-6:
            todo = sorted(todo + happen(machine, todo.pop(0)))
        if machine.up and machine.look_at <= machine.now:
            machine.look()
            alone = [
                box for box in machine.boxes.values() if box.level is Level.L3 and box.status == "running"
            ]
            for box in alone:
                if box.run not in ends:
                    ends.add(box.run)
                    todo = sorted([*todo, Happening(machine.seconds + DAY, "over", box.run)])
    return machine


def happen(machine: PaperMachine, one: Happening) -> list[Happening]:
    """Let one thing happen. Returns what follows from it, later."""
    if one.what == "up":
        if not machine.up:
            machine.comes_up()
        return []
    if not machine.up:
        return [replace(one, at=machine.seconds + 600)] if one.what in {"join", "alone", "numerai"} else []
    return HAPPENS[one.what](machine, one)


def down(machine, one):
    machine.goes_down()
    return [Happening(machine.seconds + one.seconds, "up")]


def silent(machine, one):
    machine.numerai = False
    return [Happening(machine.seconds + one.seconds, "numerai")]


def numerai(machine, _one):
    machine.numerai = True
    return []


def comes(machine, one):
    if not machine.of(one.whom):
        machine.intend(one.whom, Level.L4 if one.what == "join" else Level.L3)
    return []


def crash(machine, one):
    box = machine.of(one.whom)
    if box is None or box.status != "running":
        return []
    machine.end(box.run)
    return [Happening(machine.seconds + one.seconds, "join", one.whom)]


def over(machine, one):
    if one.whom in machine.boxes:
        machine.end(one.whom)
    return []


def gap(machine, one):
    held = [box for box in machine.boxes.values() if box.name == SLOT and box.run not in machine.proxy]
    for box in held:
        machine.proxy_goes(box.run)
    return [Happening(machine.seconds + one.seconds, "whole", box.run) for box in held]


def whole(machine, one):
    machine.proxy_comes(one.whom)
    return []


HAPPENS = {
    "down": down, "silent": silent, "numerai": numerai, "join": comes, "alone": comes, "crash": crash, "over": over,
    "gap": gap, "whole": whole,
}  # fmt: skip
STATES = {"created": State.QUEUED, "running": State.RUNNING, "paused": State.PAUSED}
