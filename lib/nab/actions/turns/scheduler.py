"""Turns on the machine: looked at, decided with `nab.core.turns.decision`, and brought about, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nab.actions.bench import Bench
from nab.actions.turns import meters
from nab.config import Config
from nab.core.facts import AnyFact, Intervened, Tick, TurnBegan, TurnEnded
from nab.core.log.events import Event
from nab.core.runs.runs import Run, runs, unfinished
from nab.core.runs.states import RunState
from nab.core.text import names, times
from nab.core.turns import decision, steps
from nab.core.turns.decision import Decision
from nab.core.turns.ledger import YIELD, Ledger, ledger
from nab.core.turns.machine_clock import Moment
from nab.core.turns.situations import OF_BOXES, Contender, Opening, Rules, State, TurnSituation, scene
from nab.core.turns.steps import Begin, End, Name, Pause, Step, Tell, Wake
from nab.core.windows import rounds
from nab.core.windows.rounds import Round
from nab.core.windows.window import Window
from nab.edges import clock, failpoints
from nab.edges.docker import boxes, slots
from nab.edges.failpoints import Failpoint
from nab.edges.files import files

NOTICE = "yield"  # in the control folder


def slot_name(config: Config, slot: str | None = None) -> str:
    """Name the box of a slot of nab.toml; without a name, of the one that entrants have if nothing else is said."""
    return names.slot_name(config.slot(slot).name)


def slot_names(config: Config) -> list[str]:
    """Name the boxes of all slots there are."""
    slots = [config.settings.limits.slot, *(slot.name for slot in config.settings.slots)]
    return [slot_name(config, name) for name in dict.fromkeys(slots)]


def look(bench: Bench, slot: str) -> Decision:
    """Give a slot to whose turn it is, by what the last tick learned of the window. See take_turns."""
    events = bench.log.events()
    return take_turns(bench, slot, last_known(events, clock.now()))


def take_turns(bench: Bench, slot: str, opening: Opening) -> Decision:
    """Give the slot to the run whose turn it is and pause every box that should not run. Returns the decision.

    Call it under the scheduler lock, with what Numerai said of the window. Safe to repeat after a crash at any line.
    A holder whose box does not run yet is for whoever cares for it to bring up: the slot is free for it, or its own.
    Raises NabError (busy) when another box has the slot's name.
    """
    table = looked_at(bench, slot, opening)
    close_books(table)
    plan = steps.steps(table.scene, table.decision, slot)
    for step in plan:
        take(table, step)
    # Whoever has the slot now has it until its own slice ends: when to look again is seen only after the change.
    return looked_at(bench, slot, opening).decision if plan else table.decision


def next_turn(bench: Bench, slot: str) -> Decision:
    """Say whose turn it is, by what the last tick learned of the window; nothing is done about it."""
    return looked_at(bench, slot, last_known(bench.log.events(), clock.now())).decision


def last_known(events: Sequence[Event], now: datetime) -> Opening:
    """Say how the window stands by the log alone: what Numerai said of it last, and whether it answers."""
    ticks = (event.fact.window for event in reversed(events) if isinstance(event.fact, Tick))
    current = next(reversed(rounds.seen(events).values()), None)
    silent = next(ticks, Window.CLOSED) == Window.UNKNOWN
    return opening(Window.UNKNOWN if silent else rounds.window(current, now), current)


def opening(window: Window, current: Round | None) -> Opening:
    """Put together what is known of the window."""
    return Opening(window, current.opens, current.closes) if current else Opening(window)


@dataclass
class Table:
    """What one look found: the ledger as of now, the boxes, and what follows from them."""

    bench: Bench
    slot: str
    events: list[Event]
    ledger: Ledger
    scene: TurnSituation
    decision: Decision

    def contender(self, run: str) -> Contender:
        return next(one for one in self.scene.contenders if one.run == run)

    def meter(self, run: str, because: str, *, beside: bool = False) -> TurnEnded:
        """Read the meters of the turn that ends."""
        own = [event for event in self.events if event.run == run]
        at = self.ledger.time.of(present())
        seconds = meters.seconds(self.ledger.accounts[run], at, beside=beside)
        cpu, gpu = meters.used(self.bench, run, own)
        return TurnEnded(
            because=because, active_seconds=round(seconds, 3), cpu_seconds=cpu, gpu_seconds=gpu, beside=beside
        )

    def note(self, fact: AnyFact, run: str, name: str) -> None:
        """Write a fact down once, under a name that is this turn's own."""
        entrant = self.ledger.accounts[run].entrant
        event = self.bench.log.append(fact, entrant=entrant, run=run, id=f"{run}:{name}")
        failpoints.reach(Failpoint.TURN_TOLD)
        self.events.append(event)
        self.ledger.see(event)


def present() -> Moment:
    """Return the present moment."""
    return Moment(clock.now(), clock.boot_id(), clock.monotonic())


def looked_at(bench: Bench, slot: str, opening: Opening) -> Table:
    """Look at the log and at the boxes, and decide."""
    events = bench.log.events()
    book, moment = ledger(events), present()
    rules = Rules(slot, slice_of(bench))
    found = tuple(contenders(bench, slot, events, book))
    seen = scene(book, found, moment, rules, opening)
    return Table(bench, slot, events, book, seen, decision.decide(seen))


def slice_of(bench: Bench) -> timedelta:
    """Return how long an L4 run has the slot while others wait."""
    return timedelta(hours=bench.config.settings.limits.slice_hours)


def contenders(bench: Bench, slot: str, events: list[Event], book: Ledger) -> Iterator[Contender]:
    """Yield the runs that may have the slot: neither they nor their boxes, if they were made, have ended."""
    here = {box.run: box for box in bench.find_boxes(role=boxes.AGENT)}
    moment = present()
    for run in unfinished(runs(events)):
        box = here.get(run.name)
        if run.intended.slot != slot or not may_have_a_turn(run, box, moment.known):
            continue
        account = book.accounts[run.name]
        yield Contender(
            run=run.name,
            entrant=run.entrant,
            level=run.intended.level,
            state=OF_BOXES.get(box.status, State.QUEUED) if box else State.QUEUED,
            served=book.standing(run.entrant, moment),
            queued_at=run.intended_at,
            box=box.id if box else "",
            name=box.name if box else "",
            in_turn=account.began is not None,
            beside=account.beside_since is not None,
            resumes=run.started_at is not None,
        )


def may_have_a_turn(run: Run, box: boxes.Box | None, now: datetime) -> bool:
    """Say whether a run is one whose box can have a turn: it is there, or it is to be made or started now."""
    if run.state in {RunState.STOPPING, RunState.ENDED}:
        return False
    if box is not None and box.status in OF_BOXES:
        return True
    return run.waits_for_its_box and (not run.again_at or now >= times.parse(run.again_at))


def take(table: Table, step: Step) -> None:
    """Take one step. Each is as good as not taken, or as good as taken, if this process dies in it."""
    one, engine = table.contender(step.run), table.bench.engine
    number = table.ledger.accounts[step.run].turn_number
    match step:
        case End(because=because, beside=beside):
            table.note(table.meter(step.run, because, beside=beside), step.run, f"turn-{number}:ended")
        case Begin(because=because, beside=beside):
            begun = TurnBegan(because=because, beside=beside)
            table.note(begun, step.run, f"turn-{number + 1}:began")
        case Pause():
            slots.pause(engine, one.box)
        case Name(name=name) if name == names.waiting_name(step.run):
            slots.step_aside(engine, one.box, name)
        case Name(name=name):
            slots.name(engine, one.box, name)
        case Wake():
            (table.bench.run(step.run).control / NOTICE).unlink(missing_ok=True)
            slots.wake(engine, one.box)
        case Tell():
            text = notice(table.decision.look_again)
            files.replace_bytes(table.bench.run(step.run).control / NOTICE, text.encode())
            table.note(Intervened(what=YIELD, text=text), step.run, f"turn-{number}:yield")


def notice(at: datetime) -> str:
    """Return what an agent is told before its turn ends."""
    return (
        f"Your turn on this machine ends at {at:%H:%M:%S} UTC: all that runs in this box is paused then, and goes on "
        "where it was when your next turn comes. Let go of GPU memory that you do not need meanwhile.\n"
    )


def close_books(table: Table) -> None:
    """Read the meters of the last turn of every run whose box has ended since the last look."""
    for run, account in list(table.ledger.accounts.items()):
        if account.is_over and account.metered < account.turn_number:
            why = "its box ended" if account.ended is None else "the run ended"
            table.note(table.meter(run, why), run, f"turn-{account.turn_number}:ended")
