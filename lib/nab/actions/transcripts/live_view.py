"""The newest run of an entrant, as a person reads it while it goes on, and afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import click

from nab.actions.bench import Bench
from nab.actions.recording import foreign_bytes
from nab.actions.transcripts import chosen_runs, rendering
from nab.actions.transcripts.rendering import Item, Whole
from nab.actions.transcripts.streams import Stream, sessions
from nab.core.agents.adapters import Adapter
from nab.core.facts import (
    AnyFact,
    Intervened,
    OrphanEnded,
    OrphanSeen,
    RunEnded,
    SessionEnded,
    SessionEnding,
    SessionStarted,
    UploadSeen,
)
from nab.core.log.events import Event
from nab.core.recording.processes import leftovers
from nab.core.runs.runs import Run, runs
from nab.core.text import moments, terminal, times
from nab.core.text.counts import number_of
from nab.core.text.terminal import Shown, Tone
from nab.core.usage import working_time
from nab.edges import clock

GLANCE_SECONDS = 0.5
FIRST_LINES = 40  # of what was before, where it is followed


@dataclass(frozen=True)
class Way:
    """How a run is shown: the last `lines` of what was there (None: all), followed to its end, as JSON."""

    lines: int | None = None
    follow: bool = True
    json: bool = False


def watch(bench: Bench, run: Run, way: Way) -> None:
    """Show a run, and what it goes on to do. Raises NabError for an agent that has no sessions."""
    view = View(bench, run, chosen_runs.adapter_of(bench, run))
    if not way.json:
        click.echo(heading(view.run, view.events))
    most = way.lines if way.lines is not None or not way.follow else FIRST_LINES
    rendering.echo(lay_out(view.news(), way), most)
    while way.follow and not view.run.ended:
        clock.pause(GLANCE_SECONDS)
        rendering.echo(lay_out(view.news(), way, live=True))
    if not way.json:
        click.echo(foot(view.run))


def accompany(bench: Bench, run: Run, over: threading.Event) -> None:
    """Show what a run does until it is said that it is over."""
    view = View(bench, run, chosen_runs.adapter_of(bench, run))
    while True:
        ends = over.wait(GLANCE_SECONDS)
        show = partial(rendering.echo, lay_out(view.news(), Way(), live=True))
        foreign_bytes.read(bench, run.name, "what is shown of it", show, None)
        if ends:
            return


def lay_out(items: Iterator[Item], way: Way, *, live: bool = False) -> Iterator[str]:
    """Return the lines to print."""
    if way.json:
        return rendering.json_lines(items)
    return rendering.text_lines(items, clock.now() if live else None)


class View:
    """What was shown of a run so far, and what is new."""

    def __init__(self, bench: Bench, run: Run, adapter: Adapter) -> None:
        self.bench, self.run, self.adapter = bench, run, adapter
        self.paths = bench.run(run.name)
        self.events: list[Event] = []
        self.seq = self.told = 0
        self.streams: dict[str, Stream] = {}
        self.whole = Whole()
        self.look()

    def look(self) -> None:
        """Read what the log says of the run, when it has grown."""
        last = self.bench.log.last_seq
        if last != self.seq:
            self.seq = last
            self.events = [event for event in self.bench.log.events() if event.run == self.run.name]
            self.run = runs(self.events)[self.run.name]

    def news(self) -> Iterator[Item]:
        """Yield what is new: what the sessions printed, and what the log says of them, in the order of both."""
        self.look()
        yield from self.whole.all(self.parts())

    def parts(self) -> Iterator[Item]:
        untold, self.told = self.events[self.told :], len(self.events)
        for event in untold:
            fact = event.fact
            if isinstance(fact, SessionEnded):
                yield from self.printed(fact.session)
                yield from self.stream(fact.session).rest()
            said = note(event)
            if said:
                yield said
        for session in sessions(self.paths):
            yield from self.printed(session)

    def printed(self, session: str) -> Iterator[Item]:
        yield from self.stream(session).news()

    def stream(self, session: str) -> Stream:
        if session not in self.streams:
            self.streams[session] = Stream(self.paths, session, self.adapter)
        return self.streams[session]


def note(event: Event) -> Shown | None:
    """Say what the log says of a session."""
    at = times.parse(event.valid)
    match event.fact:
        case SessionStarted() as began:
            why = f", because of {began.because}" if began.because else ""
            return Shown(at, "▶", f"{began.session} begins ({began.mode}{why})", Tone.OURS)
        case SessionEnded() as over:
            code = "nobody saw it end" if over.exit_code is None else f"exit code {over.exit_code}"
            again = f"; worth trying again from {over.retry_at}" if over.retry_at else ""
            alarm = (
                "; nobody knows this ending: look at it" if over.ending is SessionEnding.UNCLASSIFIED else ""
            )
            lost = f"; {number_of(over.unreadable, 'line')} could not be read" if over.unreadable else ""
            text = f"{over.session} ended: {over.ending.value}: {over.reason} ({code}{again}{alarm}{lost})"
            return Shown(at, "■", text, Tone.OURS if over.ending is SessionEnding.DONE else Tone.WRONG)
        case Intervened() as done:
            return Shown(at, "harness", f"{done.what}: {done.text}", Tone.OURS)
    said = of_its_processes(event.fact)
    return Shown(at, "harness", said, Tone.OURS) if said else None


def of_its_processes(fact: AnyFact | None) -> str:
    """Say what the log says of what sessions left running, and of who submitted."""
    match fact:
        case OrphanSeen() as left:
            return f"process {left.pid} outlived {left.session}: {left.argv} ({left.identity})"
        case OrphanEnded() as gone:
            return f"{gone.identity} is gone, after {leftovers.hours(gone.cpu_seconds)}"
        case UploadSeen() as upload if upload.by:
            return f"submission {upload.submission} was made by {upload.by}"
    return ""


def heading(run: Run, events: list[Event]) -> str:
    """Say which run this is, since when, and how much of its time is left."""
    started = f"started {run.started_at}" if run.started_at else "not started yet"
    told = f"{run.name}: {run.intended.llm or run.intended.agent}, {started}, {left(run, events)}"
    return f"{moments.for_people(told, clock.now())}; times are {clock.now().astimezone():%Z}"


def left(run: Run, events: list[Event]) -> str:
    """Say how much working time is left."""
    if run.ended:
        return "it has ended"
    if run.intended.budget_seconds is None:
        return "without a limit"
    used = working_time.spent(events, clock.now()).working
    hours = max(0.0, run.intended.budget_seconds - used) / 3600
    return f"{hours:.1f} of {run.intended.budget_seconds / 3600:.1f} working hours left"


def foot(run: Run) -> str:
    """Say how the run ended, or that it goes on."""
    match run.ended:
        case RunEnded() as ended:
            return f"{run.name} is over, {ended.ending.value.replace('_', ' ')}: {terminal.one_line(ended.reason)}"
        case None:
            return f"{run.name} goes on"
