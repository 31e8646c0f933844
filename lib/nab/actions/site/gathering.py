"""What the site is made of: the log up to an event, settings that pages name, transcripts that may be out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from nab import agents, prompts
from nab.actions.bench import Bench
from nab.actions.claims import registering
from nab.actions.transcripts import streams, transcripts
from nab.core.agents.adapters import Adapter
from nab.core.agents.events import AgentEnding, AnyEvent, Error, Message, ToolCall, ToolResult
from nab.core.claims.told import told
from nab.core.errors import USAGE, NabError
from nab.core.levels import Level
from nab.core.log.events import Event
from nab.core.scores.metrics import OBJECTIVES
from nab.core.text import times
from nab.edges import clock
from nab.paths import RunPaths
from nab.results.claims.documents import VersionTold
from nab.site.model import places, whole
from nab.site.model.whole import Setting, Site
from nab.site.pages.runs import Said

STALE = timedelta(hours=30)  # without a look at the window
NEVER = "nothing of it goes out (publish.transcripts)"
IN_SEASON = "its season is not over"
GOES_ON = "it goes on, or a round is open"
CONTROL = "a control says nothing"


@dataclass(frozen=True)
class Given:
    """A prefix of the log, the hash of its last line, and when the window was looked at last, whatever came of it."""

    events: Sequence[Event]
    head: str
    tick: str


def given(bench: Bench, as_of: int | None) -> Given:
    """Return the log up to an event; up to the newest that a page would tell of where none is named.

    Raises NabError for an event that there is not.
    """
    read = bench.log.read()
    events = read.chain.events
    if as_of is not None and not 1 <= as_of <= len(events):
        said = f"the log has 1 to {len(events)}" if events else "the log is empty"
        raise NabError(f"AS_OF={as_of}: there is no such event", hint=said, exit_code=USAGE)
    upto = places.end(events) if as_of is None else as_of
    head = events[upto].prev if upto < len(events) else read.chain.head.prev
    tick = next((event.known for event in reversed(events) if event.kind == places.TICK), "")
    return Given(events[:upto], head, tick)


def site(bench: Bench, found: Given, *, again: bool, versions: Iterable[VersionTold] = ()) -> Site:
    """Fold the site; `again`: as it was told then, and not whether it would be stale now."""
    settings = bench.config.settings
    commit, _ = registering.code(bench)
    setting = Setting(
        local=settings.tournament.kind == "local",
        objective=OBJECTIVES[settings.objective.metric].title,
        control=settings.results.control,
        release=commit,
        stale=said_then(bench, len(found.events)) if again else stale_since(found.tick),
        prompts={level.value: prompts.template(level.value) for level in Level},
    )
    return whole.fold(found.events, found.head, setting, versions)


def stale_since(tick: str) -> str:
    """Return when the window was looked at last, if that is too long ago; empty where it is not."""
    at = times.maybe(tick)
    return tick if at is not None and clock.now() - at > STALE else ""


def said_then(bench: Bench, upto: int) -> str:
    """Return since when nobody had looked, as the pages of that place in the log said."""
    built = [fact for _, fact in told(bench.log.events()).pages if fact.upto == upto]
    return built[-1].stale if built else ""


def hidden(bench: Bench, of: Site) -> dict[str, str]:
    """Return the runs of which no transcript is out, and why."""
    when = bench.config.settings.publish.transcripts
    found = {}
    for name, run in of.standings.runs.items():
        seasons = [one for one in of.families if name in one.derived.family.fact.members]
        if when == "never":
            found[name] = NEVER
        elif of.is_control(run.entrant):
            found[name] = CONTROL
        elif when == "season" and any(one.derived.season.ended is None for one in seasons):
            found[name] = IN_SEASON
        elif run.ended is None or any(
            row.outcome.status == "open" for row in of.by_entrant.get(run.entrant, [])
        ):
            found[name] = GOES_ON
    return found


def said(bench: Bench, of: Site, withheld: dict[str, str]) -> dict[str, Iterator[Said]]:
    """Return what the sessions of every other run said, to be read once each."""
    found = {}
    for name, run in of.standings.runs.items():
        if name in withheld:
            continue
        try:
            adapter = agents.find(bench.config.images, run.intended.agent).cli
        except NabError:  # an agent that is not here any more
            continue
        if adapter is not None:
            sessions = [one.name for one in run.sessions if one.ended]
            found[name] = of_run(bench.run(name), adapter, sessions)
    return found


def of_run(paths: RunPaths, adapter: Adapter, sessions: Sequence[str]) -> Iterator[Said]:
    """Yield what the ended sessions of a run said and did."""
    there = set(streams.sessions(paths))
    for session in sessions:
        for event in transcripts.events(paths, adapter, session) if session in there else ():
            if (one := entry(session, event)) is not None:
                yield one


def entry(session: str, event: AnyEvent) -> Said | None:
    """Tell an event of a session; None for one that is only bookkeeping."""
    match event:
        case Message():
            who = "thought" if event.thought else event.role
            return Said(session, event.at, who, event.text, "said" if event.role == "assistant" else "")
        case ToolCall():
            return Said(
                session, event.at, f"called {event.name[:60]}", event.command or event.arguments, "called"
            )
        case ToolResult():
            return Said(session, event.at, "got back", event.text, "wrong" if event.failed else "answered")
        case Error():
            return Said(session, event.at, "error", event.text, "wrong")
        case AgentEnding():
            return Said(
                session, event.at, "ended", event.text or event.reason, "" if event.success else "wrong"
            )
        case _:
            return None
