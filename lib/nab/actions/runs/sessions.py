"""The sessions of a coding agent's run: each begun, followed and classed, from the log and the box alone.

Every look starts from what is on record, so that whoever looks next, after a crash at any line, goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import NAMESPACE_URL, uuid5

from nab import agents
from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.actions.prompts import session as session_prompt
from nab.actions.prompts.session import WIND_DOWN
from nab.actions.recording import foreign_bytes
from nab.actions.recording.processes import leftovers
from nab.actions.runs.ending import box_end, session_end
from nab.actions.usage import counting
from nab.core.agents.adapters import Adapter
from nab.core.facts import AnyFact, Intervened, SessionStarted
from nab.core.log.events import Event
from nab.core.runs.ending import next_session
from nab.core.runs.ending.next_session import Go, Over
from nab.core.runs.ending.run_end import BUDGET
from nab.core.runs.runs import Run, Session, after, runs
from nab.core.text import times
from nab.core.usage import working_time
from nab.edges import clock
from nab.edges.files import records
from nab.edges.untrusted import outboxes
from nab.paths import RunPaths

STALL = "stall"
T = TypeVar("T")


def of(bench: Bench, run: Run, began: Callable[[str], None] = lambda _: None) -> Sessions | None:
    """Return the sessions of a run; None for an agent that is a program of ours and has none.

    `began` is called with the name of a session whose start was ordered.
    """
    adapter = agents.find(bench.config.images, run.intended.agent).cli
    if adapter is None:
        return None
    events = [event for event in bench.log.events() if event.run == run.name]
    return Sessions(bench, adapter, runs(events)[run.name], events, began)


@dataclass
class Sessions:
    """The sessions of one run, which is kept as the log tells it. `events` are the run's own, oldest first."""

    bench: Bench
    adapter: Adapter
    run: Run
    events: list[Event]
    began: Callable[[str], None]
    printed: int = -1
    grew_at: float = field(default_factory=clock.monotonic)

    def __post_init__(self) -> None:
        self.left = leftovers.Note(self.paths, self.run)

    @property
    def paths(self) -> RunPaths:
        return self.bench.run(self.run.name)

    def note(self, fact: AnyFact, name: str, valid: datetime | None = None) -> None:
        """Write a fact down, once."""
        run = self.run
        event = self.bench.log.append(
            fact, entrant=run.entrant, run=run.name, id=f"{run.name}:{name}", valid=valid
        )
        self.take(event)

    def take(self, event: Event) -> None:
        """Know of an event that is in the log."""
        self.events.append(event)
        self.run = after(self.run, event)

    def read(self, what: str, reading: Callable[[], T], instead: T) -> T:
        """Read what others wrote; what cannot be read is on record and costs no more."""
        return foreign_bytes.read(self.bench, self.run.name, what, reading, instead)

    def look(self) -> str:
        """Bring the run on. Returns why its box has to be stopped, or nothing."""
        run = self.run
        self.read("the processes of its box", self.left.look, None)
        if run.open_session:
            return self.follow(run, run.open_session)
        now = clock.now()
        next_one = next_session.after(run.intended.level, run.tries, now)
        match next_one:
            case Over():
                self.finish(next_one)
            case Go() if now >= next_one.at:
                self.begin(run, next_one)
            case Go():
                return self.waited_too_long(now)
        return ""

    def rest(self) -> str:
        """Note that the box is paused: whoever cannot run is not silent."""
        self.grew_at = clock.monotonic()
        return ""

    def begin(self, run: Run, go: Go) -> None:
        """Begin a session: on record first, then the order."""
        name = f"work-{len(run.sessions) + 1}"
        told = {intervened.what for intervened in run.interventions}
        winding_down = WIND_DOWN in told and all(one.started.because != WIND_DOWN for one in run.sessions)
        started = SessionStarted(
            session=name,
            mode=go.mode.value,
            conversation=go.conversation or str(uuid5(NAMESPACE_URL, f"{run.name}/{name}")),
            because=WIND_DOWN if winding_down else go.because,
            leftovers=self.read("what is left running", lambda: leftovers.told(self.bench, run), ()),
            submitted=session_prompt.submitted(run, self.bench.standings().rows),
            notes=self.read("its notes", lambda: session_prompt.notes(self.paths, run), ""),
        )
        self.note(started, f"{name}:started")
        self.printed, self.grew_at = -1, clock.monotonic()
        self.order()
        derived.publish(self.bench)

    def order(self) -> None:
        """Tell the box to run the session that is open, or to end it. One that has begun is not begun again."""
        run = self.run
        if run.open_session and self.is_interrupted():
            outboxes.give(self.paths.control, outboxes.Stop(run.open_session.name))
        elif run.open_session:
            words = session_prompt.words(self.paths, run, run.open_session, self.adapter)
            outboxes.give(self.paths.control, outboxes.StartOrder(run.open_session.name, tuple(words)))
            self.began(run.open_session.name)

    def follow(self, run: Run, session: Session) -> str:
        """Look how the open session is getting on."""
        ended = outboxes.ended(self.paths.outbox, session.name)
        if ended:
            self.take(session_end.close(self.bench, run, session, self.adapter, ended))
            return ""
        left = self.seconds_left(run, session)
        if left is not None and left <= 0:
            return BUDGET
        limits = self.bench.config.settings.limits
        if left is not None and left <= limits.wind_down_minutes * 60 and not self.intervened(run, WIND_DOWN):
            text = session_prompt.notice(left)
            self.interrupt(session, Intervened(what=WIND_DOWN, text=text), WIND_DOWN)
        elif self.silent_seconds(session) > limits.silent_minutes * 60:
            text = f"ended after {limits.silent_minutes:g} minutes without a word"
            self.interrupt(session, Intervened(what=STALL, text=text), f"{session.name}:{STALL}")
        return ""

    def seconds_left(self, run: Run, session: Session) -> float | None:
        """Return how much working time is left; None where there is no limit."""
        budget, now = run.intended.budget_seconds, clock.now()
        if budget is None:
            return None
        left = budget - working_time.spent(self.events, now).working
        if left > 0:
            return left
        calls = partial(counting.quiet, self.bench, run, session.name, times.parse(session.at), now)
        slept = self.read("its calls", calls, 0.0)
        return budget - working_time.spent(self.events, now, slept).working

    @staticmethod
    def intervened(run: Run, what: str) -> bool:
        return any(one.what == what for one in run.interventions)

    def interrupt(self, session: Session, fact: Intervened, name: str) -> None:
        """End a session before its time; on record first."""
        self.note(fact, name)
        outboxes.give(self.paths.control, outboxes.Stop(session.name))
        self.grew_at = clock.monotonic()

    def is_interrupted(self) -> bool:
        """Say whether the newest session was to be ended, as the log has it."""
        for event in reversed(self.events):
            match event.fact:
                case SessionStarted():
                    return False
                case Intervened(what=what) if what in {WIND_DOWN, STALL}:
                    return True
        return False

    def silent_seconds(self, session: Session) -> float:
        """Return for how long neither the program nor the proxy has written anything."""
        printed = outboxes.size(self.paths.outbox, session.name) + records.size(self.paths.http)
        if printed != self.printed:
            self.printed, self.grew_at = printed, clock.monotonic()
        return clock.monotonic() - self.grew_at

    def waited_too_long(self, now: datetime) -> str:
        """Say when a run has waited for its provider for longer than it may."""
        hours = self.bench.config.settings.limits.waiting_hours
        waited = sum(working_time.spent(self.events, now).waiting.values())
        return f"it waited for {hours:g} hours" if waited > hours * 3600 else ""

    def finish(self, over: Over) -> None:
        """Have the box ended, and know what was found of its submit.sh."""
        if checked := box_end.order(self.bench, self.run, over):
            self.note(checked, "script")
