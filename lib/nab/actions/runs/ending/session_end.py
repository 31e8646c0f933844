"""The end of a coding agent's session: classed, written down, and counted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click

from nab import agents
from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.actions.recording import foreign_bytes
from nab.actions.recording.processes import census
from nab.actions.recording.sessions import collector
from nab.actions.transcripts import transcripts
from nab.actions.usage import counting
from nab.core.agents.adapters import Adapter
from nab.core.agents.tallies import Tally
from nab.core.errors import NabError
from nab.core.facts import SessionEnded, SessionEnding
from nab.core.log.events import Event
from nab.core.runs.ending.session_end import End, SessionVerdict, classify
from nab.core.runs.runs import Run, Session
from nab.core.text import times
from nab.edges import clock
from nab.edges.untrusted import outboxes
from nab.edges.untrusted.outboxes import SessionEnd

UNREAD = SessionVerdict(SessionEnding.UNCLASSIFIED, "what is known of its end could not be read")


def close(bench: Bench, run: Run, session: Session, adapter: Adapter, ended: SessionEnd | None) -> Event:
    """Class the end of a session and write it down, with what it cost. `ended` is what its box says, if it does."""
    now, began = clock.now(), times.parse(session.at)
    collector.look(bench, run.name)
    at = min(max(ended.ended_at, began), now) if ended else now
    end = known(bench, run, session, adapter, ended)
    read = partial(foreign_bytes.read, bench, run.name)
    verdict = read(f"how {session.name} ended", lambda: classify(end, adapter, at), UNREAD)
    fact = SessionEnded(
        session=session.name,
        ending=verdict.kind,
        reason=verdict.reason,
        began=session.at,
        ended=times.text(at),
        exit_code=end.exit_code,
        conversation=transcripts.conversation(end.tally),
        retry_at=times.text(verdict.retry_at) if verdict.retry_at else None,
        oom_kills=end.oom_kills,
        said=end.tally.said,
        calls=end.tally.called,
        quiet_seconds=read(
            f"the calls of {session.name}", lambda: counting.quiet(bench, run, session.name, began, at), 0.0
        ),
        unreadable=end.tally.unreadable,
    )
    event = bench.log.append(
        fact, entrant=run.entrant, run=run.name, id=f"{run.name}:{session.name}:ended", valid=at
    )
    counted(bench, run, lambda: counting.count(bench, run, session.name))
    derived.publish(bench)
    return event


def known(bench: Bench, run: Run, session: Session, adapter: Adapter, ended: SessionEnd | None) -> End:
    """Gather what is known of a session's end."""
    paths, name = bench.run(run.name), session.name
    read = partial(foreign_bytes.read, bench, run.name)
    return End(
        exit_code=ended.exit_code if ended else None,
        tally=read(f"what {name} printed", lambda: transcripts.tally(paths, name, adapter), Tally()),
        text=read(f"what {name} said beside", lambda: transcripts.stderr_tail(paths, name), ""),
        oom_kills=ended.oom_kills if ended else 0,
        asked=run.stopping is not None or (ended is not None and ended.asked),
    )


def close_with_its_box(bench: Bench, name: str) -> None:
    """Write down the end of a session whose box is over, where one was open, and of what sessions left in the box."""
    run = bench.runs()[name]
    adapter = agents.find(bench.config.images, run.intended.agent).cli
    if adapter and run.open_session:
        ended = outboxes.ended(bench.run(name).outbox, run.open_session.name)
        close(bench, run, run.open_session, adapter, ended)
    if adapter:
        census.close(bench, name)


def count_the_rest(bench: Bench, name: str) -> None:
    """Copy and count what is left, when neither the box nor the proxy writes any more."""
    run = bench.runs()[name]
    collector.look(bench, name)
    counted(bench, run, lambda: counting.final(bench, run))


def counted(bench: Bench, run: Run, count: Callable[[], None]) -> None:
    """Count what was used. A mistake in a price list does not end the care of a run: it is counted later."""
    try:
        foreign_bytes.read(bench, run.name, "what its models cost", count, None)
    except NabError as error:
        click.echo(f"  {run.entrant} │ [nab] not counted yet: {error.message}")
