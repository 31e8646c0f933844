"""One look at the submission window: decide for every enrolled entrant, record it, do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import click

from nab.actions import preflight, publish, reconcile, run_disks, submit, tidy
from nab.actions.bench import Bench
from nab.core import duties
from nab.core.duties import Action, Facts
from nab.core.errors import NabError
from nab.core.facts import AttemptStarted, Tick
from nab.core.outcomes import Status
from nab.core.rounds import Round, Window, window
from nab.core.runs import Enrolment
from nab.core.standings import Standings, owed
from nab.edges import clock, locks, numerai, process
from nab.edges.numerai import Numerai, Unanswered

Decisions = dict[str, tuple[Action, str]]


@dataclass(frozen=True)
class Look:
    """What Numerai said of the window: the current round, if any, and whether it takes submissions."""

    current: Round | None
    state: Window
    skew: float | None


def tick(bench: Bench) -> Decisions:
    """Do one tick. Raises NabError (busy) while another one works."""
    with locks.held(bench.paths.root / "locks" / "watch", what="the window watcher"):
        adopt_the_lost(bench)
        tidy.close_lost_attempts(bench)
        connection = numerai.connect(bench.config)
        look = ask(bench, connection)
        if look.state is Window.OPEN:
            for enrolment in bench.standings().enrolments.values():
                reconcile.look(bench, connection, enrolment)
        standings = bench.standings()
        low = preflight.low_to_fire(bench)
        decisions = {
            name: duties.decide(facts(bench, standings, enrolment, look, low))
            for name, enrolment in sorted(standings.enrolments.items())
        }
        record(bench, standings, decisions, look)
        if look.current is not None:
            act(bench, standings, decisions, look.current)
        publish.publish(bench)
    return decisions


def ask(bench: Bench, connection: Numerai) -> Look:
    """Ask for the current round. No answer makes the window unknown, never closed."""
    try:
        current = connection.current_round()
    except Unanswered as error:
        click.echo(f"nab: {error.message}", err=True)
        return Look(None, Window.UNKNOWN, connection.skew)
    if current is not None:
        reconcile.note_rounds(bench, [current])
    now = reconcile.server_time(connection, clock.now())
    return Look(current, window(current, now), connection.skew)


def adopt_the_lost(bench: Bench) -> None:
    """Give every run that lost its launcher a new one, and free what ended runs still hold."""
    with bench.deciding():
        lost = tidy.repair(bench)
    for run in lost:
        output = bench.run(run.name).log
        process.start_detached(*bench.program("adopt.py", "--run", run.name), output=output)


def facts(bench: Bench, standings: Standings, enrolment: Enrolment, look: Look, low: str) -> Facts:
    """Gather what the decision for one entrant depends on. `low`: where there is too little room on a disk."""
    hindrance = low or run_disks.hindrance(bench.run(enrolment.run))
    current = look.current
    listed = current is not None and any(
        row.entrant == enrolment.entrant
        and row.round.number == current.number
        and row.outcome.status is Status.VERIFIED
        for row in standings.rows
    )
    return Facts(
        level=enrolment.enrolled.level,
        window=look.state,
        owed=current is not None and owed(enrolment, current),
        submitted=listed,
        has_script=submit.script(bench.run(enrolment.run).workspace) is not None,
        has_box=bench.agent_box(enrolment.run) is not None,
        in_flight=locks.is_held(bench.run(enrolment.run).lock("submit")),
        hindrance=hindrance,
    )


def record(bench: Bench, standings: Standings, decisions: Decisions, look: Look) -> None:
    """Write the tick down before anything is done. A missing entrant is a crash, never a skip."""
    assert set(decisions) == set(standings.enrolments), "every enrolled entrant needs a decision"
    written = {name: (action.value, reason) for name, (action, reason) in decisions.items()}
    fact = Tick(window=look.state.value, decisions=written, skew_seconds=look.skew)
    bench.log.append(fact, round=look.current.number if look.current else None)


def act(bench: Bench, standings: Standings, decisions: Decisions, current: Round) -> None:
    """Fire for those who are due; whoever was fired for longest ago goes first, and one failure stops nobody."""
    due = [name for name, (action, _) in decisions.items() if action is Action.FIRE]
    for name in sorted(due, key=lambda one: last_fired(bench, one)):
        try:
            ended = submit.fire(bench, standings.enrolments[name], current)
            click.echo(f"  {name}: {ended.reason} ({ended.seconds:.0f} s)")
            reconcile.look(bench, numerai.connect(bench.config), standings.enrolments[name])
        except NabError as error:
            click.echo(f"  {name}: {error.message}", err=True)


def last_fired(bench: Bench, entrant: str) -> str:
    """Return when submit.sh of an entrant was fired last; empty if never."""
    fired = [
        event.known
        for event in bench.log.events()
        if event.entrant == entrant and isinstance(event.fact, AttemptStarted)
    ]
    return fired[-1] if fired else ""


def describe(decisions: Decisions, at: datetime) -> str:
    """Say the decisions in a line each."""
    lines = [
        f"{at:%H:%M:%S} UTC {name}: {action.value} ({reason})" for name, (action, reason) in decisions.items()
    ]
    return "\n".join(lines) or f"{at:%H:%M:%S} UTC nobody is enrolled"
