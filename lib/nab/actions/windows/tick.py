"""One look at the submission window: decide for every enrolled entrant, record it, do it."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from nab.actions.bench import Bench
from nab.actions.claims import registering
from nab.actions.log import checkpoint, derived
from nab.actions.recording import makers, predictions, seen
from nab.actions.runs import recovery
from nab.actions.scores import diagnostics
from nab.actions.turns import scheduler
from nab.actions.windows import numerai_failures, reconcile, situation, submit
from nab.actions.windows.situation import Boxes, WindowLook
from nab.core.errors import BUSY, NabError
from nab.core.facts import Tick
from nab.core.outcomes import clock_skew
from nab.core.outcomes.listings import listing
from nab.core.windows import attempts
from nab.core.windows.duties import Action, Decision, Listing
from nab.core.windows.rounds import Round
from nab.core.windows.window import Window
from nab.edges import clock, process
from nab.edges.docker import engine
from nab.edges.files import locks
from nab.edges.numerai import api
from nab.edges.numerai.api import Numerai

Decisions = dict[str, Decision]
AFTER_CLOSE = timedelta(hours=2)  # so long after a close every tick asks what is listed


def tick(bench: Bench) -> Decisions:
    """Do one tick. Raises NabError (busy) while another one works.

    Neither an engine that is down nor a Numerai that does not answer keeps it from deciding and recording.
    """
    with locks.held(bench.paths.lock("watch"), what="the window watcher"):
        put_right(bench)
        makers.note(bench)
        recovery.close_lost_attempts(bench)
        connection = connect(bench)
        look = situation.ask(bench, connection) if connection else unasked(bench)
        give_turns(bench, look)
        answered = (
            reconcile.look_at_the_newest(bench, connection) if connection and matters(bench, look) else {}
        )
        here = situation.look_at_boxes(bench)
        decisions = situation.decide(bench, look, here, answered)
        record(bench, decisions, look, here, connection.asked if connection else 0)
        if look.current is not None:
            act(bench, decisions, look.current)
        numerai_failures.look(bench)
        predictions.see_to_all(bench)
        seen.note(bench)
        registering.note(bench)
        if look.state is not Window.UNKNOWN:
            ask_for_diagnoses(bench)
        derived.publish(bench)
        checkpoint.renew(bench)
    return decisions


def put_right(bench: Bench) -> None:
    """Put right what a crash left half done; an engine that is down leaves it to the next tick."""
    try:
        with engine.in_words():
            adopt_the_lost(bench)
    except NabError as error:
        later = "; the next tick looks again" if error.exit_code == BUSY else ""
        click.echo(f"nab: {error.message}{later}", err=True)


def give_turns(bench: Bench, look: WindowLook) -> None:
    """Give every slot to whose turn it is, by what Numerai says of the window. Trouble with a slot stops no tick."""
    current = look.current or next(reversed([*bench.rounds().values()]), None)
    opening = scheduler.opening(look.state, current)
    for slot in scheduler.slot_names(bench.config):
        try:
            with bench.deciding(), engine.in_words():
                scheduler.take_turns(bench, slot, opening)
        except NabError as error:
            click.echo(f"nab: {slot}: {error.message}", err=True)


def adopt_the_lost(bench: Bench) -> None:
    """Give every run that lost its launcher a new one, and free what ended runs still hold."""
    with bench.deciding():
        lost = recovery.repair(bench)
    for run in lost:
        output = bench.run(run.name).log
        process.start_detached(*bench.program("adopt.py", "--run", run.name), output=output)


def connect(bench: Bench) -> Numerai | None:
    """Connect to Numerai; a key that is missing or cannot be read is a question that cannot be asked."""
    try:
        connection = api.connect(bench.config)
        connection.known_offset = clock_skew.offset(bench.log.events())
        return connection
    except NabError as error:
        click.echo(f"nab: {error.message}", err=True)
        return None


def unasked(bench: Bench) -> WindowLook:
    """Return what is known where nobody could be asked: nothing."""
    return WindowLook(None, Window.UNKNOWN, None, clock.now() + clock_skew.offset(bench.log.events()))


def matters(bench: Bench, look: WindowLook) -> bool:
    """Say whether what is listed matters now: in an open window, and for two hours after a close."""
    closes = [one.closes for one in bench.rounds().values()]
    return look.state is Window.OPEN or any(one <= look.now < one + AFTER_CLOSE for one in closes)


def record(bench: Bench, decisions: Decisions, look: WindowLook, here: Boxes, asked: int) -> None:
    """Write the tick down before anything is done. A missing entrant is a crash, never a skip."""
    assert set(decisions) == set(bench.standings().enrolments), "every enrolled entrant needs a decision"
    written = {name: (action.value, reason.value) for name, (action, reason) in decisions.items()}
    fact = Tick(
        window=look.state.value,
        decisions=written,
        skew_seconds=look.skew,
        engine=here.silent,
        asked=asked,
    )
    bench.log.append(fact, round=look.current.number if look.current else None, valid=look.now)


def act(bench: Bench, decisions: Decisions, current: Round) -> None:
    """Fire for those who are due, one after the other; one failure stops nobody."""
    due = [name for name, (action, _) in decisions.items() if action is Action.FIRE]
    waiting = attempts.in_turn(due, bench.log.events())
    while waiting:
        name = waiting.pop(0)
        try:
            click.echo(f"  {name}: {fire(bench, name, current, 1 + len(waiting))}")
        except NabError as error:
            click.echo(f"  {name}: {error.message}", err=True)


def fire(bench: Bench, name: str, current: Round, waiting: int) -> str:
    """Fire for one entrant, unless Numerai lists a submission by now. Returns what came of it."""
    connection = api.connect(bench.config)
    answered = reconcile.look_at_the_newest(bench, connection).get(name, False)
    known = bench.evidence()
    if listing(known, name, current, connection.time(), answered=answered) is Listing.LISTED:
        return "Numerai lists a submission by now"
    enrolment = bench.standings().enrolments[name]
    limit = bench.config.settings.limits.submit_minutes * 60
    seconds = attempts.seconds(limit, current.closes, connection.time(), waiting)
    ended = submit.fire(bench, submit.Firing(enrolment, current, seconds))
    reconcile.look(bench, api.connect(bench.config), name)
    return f"{ended.reason} ({ended.seconds:.0f} s)"


def ask_for_diagnoses(bench: Bench) -> None:
    """Ask what became of the files that agents handed in lately. Trouble with that stops no tick."""
    try:
        diagnostics.fetch(bench, api.connect(bench.config), lately=True)
    except NabError as error:
        click.echo(f"nab: {error.message}; the next tick asks again", err=True)


def describe(decisions: Decisions, at: datetime) -> str:
    """Say the decisions in a line each."""
    lines = [
        f"{at:%H:%M:%S} UTC {name}: {action.value} ({reason})" for name, (action, reason) in decisions.items()
    ]
    return "\n".join(lines) or f"{at:%H:%M:%S} UTC nobody is enrolled"
