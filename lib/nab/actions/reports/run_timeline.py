"""One run in full, in plain words and in the order in which things happened, from the log, and which files are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.recording import predictions
from nab.actions.reports import run_list
from nab.actions.reports.run_list import RunLine
from nab.actions.turns.scheduler import present
from nab.core.facts import HarnessSeen, MachineSeen, SubmissionSeen, UsageCounted
from nab.core.log.events import Event
from nab.core.recording.predictions import Counted
from nab.core.runs import makers
from nab.core.runs import timeline as run_timeline
from nab.core.runs.runs import Run
from nab.core.text import durations, printable
from nab.core.text.counts import number_of
from nab.core.text.tables import Report, Table
from nab.core.turns.ledger import ledger
from nab.core.usage import costs

SHOWN = 200


class StoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that befell a run."""

    at: str
    kind: str
    round: int | None
    words: str


class Story(RunLine, frozen=True, kw_only=True):
    """A run in full; `endings` is how often its sessions ended in which way."""

    lost_seconds: float
    model: str
    llm: str
    container: str | None
    endings: dict[str, int]
    lost_boxes: int
    attended: bool
    folder: str
    files: Counted
    harness: HarnessSeen | None
    machine: MachineSeen | None
    effort: str
    made_by: str
    timeline: tuple[StoryLine, ...]


def told(bench: Bench, name: str) -> Story:
    """Gather a run's story. Raises NabError for a run that is not known."""
    known = bench.runs()
    events = bench.log.events()
    run = bench.run_named(name)
    name, book = run.name, ledger(events)
    active, lost = book.accounts[name].counted(book.outages, book.time.of(present()))
    made_by = makers.of_run(events, name)
    own = [event for event in events if event.run == name or is_its_submission(event, run, known)]
    return Story(
        **structs.asdict(run_list.line(run, active)),
        lost_seconds=lost,
        model=run.intended.model,
        llm=run.intended.llm,
        container=run.container,
        endings=run.endings,
        lost_boxes=len(run.lost_boxes),
        attended=bench.attended(name),
        folder=str(bench.run(name).root),
        files=predictions.count(bench, name),
        harness=made_by.harness,
        machine=made_by.machine,
        effort=run.intended.effort,
        made_by=makers.words(made_by, run.intended),
        timeline=tuple(timeline(own)),
    )


def is_its_submission(event: Event, run: Run, known: Mapping[str, Run]) -> bool:
    """Say whether an event tells of a submission of a run's entrant, from the run's beginning to the next one's."""
    if not isinstance(event.fact, SubmissionSeen) or event.entrant != run.entrant:
        return False
    later = [
        one.intended_at
        for one in known.values()
        if one.entrant == run.entrant and one.intended_at > run.intended_at
    ]
    return run.intended_at <= event.known < min(later, default="9")


def timeline(own: Sequence[Event]) -> list[StoryLine]:
    """Tell a run's events in words, by when they happened."""
    paid = cost_of_sessions(own)
    lines = [
        StoryLine(at=event.valid, kind=event.kind, round=event.round, words=said)
        for event in own
        if (said := run_timeline.words(event.fact, paid))
    ]
    return sorted(lines, key=lambda one: one.at)


def cost_of_sessions(own: Sequence[Event]) -> dict[str, str]:
    """Return what each session cost, by its name."""
    counted: dict[str, list[UsageCounted]] = {}
    for event in own:
        if isinstance(event.fact, UsageCounted) and event.fact.answers:
            counted.setdefault(event.fact.session, []).append(event.fact)
    return {session: costs.fold(("", fact) for fact in facts).cost for session, facts in counted.items()}


def show(found: Story, *, everything: bool = False) -> Report:
    """Write it for a person: the newest lines of a long story, unless everything is asked for."""
    shown = found.timeline if everything else found.timeline[-SHOWN:]
    earlier = len(found.timeline) - len(shown)
    left = [f"({earlier} earlier lines: ALL=1)"] if earlier else []
    told = Table(("when", "what happened"), [line(one) for one in shown])
    return ["\n".join(heading(found)), *left, told]


def heading(found: Story) -> list[str]:
    """Say where the run stands."""
    state = f"{found.ending} ({printable.line(found.reason or '')})" if found.ending else found.state
    cared = "" if found.ending or found.attended else "; no process supervises it"
    had = f"active {durations.text(found.active_seconds)}, lost {durations.text(found.lost_seconds)}"
    spent = "" if found.cost == "-" else f", {found.cost}{' of scripted tokens' if found.scripted else ''}"
    often = ", ".join(f"{count} {kind}" for kind, count in found.endings.items())
    ended = f" ({often})" if often else ""
    lost = f"; its box was lost {number_of(found.lost_boxes, 'time')}" if found.lost_boxes else ""
    return [
        f"{found.run}: {state}{cared}{lost}",
        f"{found.entrant} for {found.model}, {number_of(found.sessions, 'session')}{ended}; {had}{spent}",
        printable.line(found.made_by),
        f"kept in {found.folder}: {found.files.words}",
    ]


def line(one: StoryLine) -> tuple[str, str]:
    """Write one line of the story."""
    number = f"round {one.round}: " if one.round is not None else ""
    return one.at, f"{number}{printable.line(one.words)}"
