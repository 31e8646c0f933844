"""Gather the inputs of a window decision: Numerai's answer, each box's state, the files the agent left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import click

from nab.actions.bench import Bench
from nab.actions.disks import preflight, run_disks
from nab.actions.windows import reconcile, submit
from nab.core.errors import NabError
from nab.core.levels import Submits, submits
from nab.core.outcomes.listings import listing
from nab.core.overview.overview import owed
from nab.core.runs.enrolments import Enrolment
from nab.core.windows import duties, rounds
from nab.core.windows.duties import BoxState, Listing, Situation
from nab.core.windows.rounds import Round
from nab.core.windows.window import Window
from nab.edges.docker import boxes, engine
from nab.edges.files import locks
from nab.edges.numerai.api import Numerai, Unanswered
from nab.paths import SUBMIT

STATES = {
    "running": BoxState.AWAKE,
    "restarting": BoxState.AWAKE,
    "paused": BoxState.PAUSED,
    "created": BoxState.STOPPED,
    "exited": BoxState.STOPPED,
    "removing": BoxState.GONE,
    "dead": BoxState.GONE,
}


@dataclass(frozen=True)
class WindowLook:
    """What Numerai said of the window: the current round, if any, whether it takes submissions, at what time."""

    current: Round | None
    state: Window
    skew: float | None
    now: datetime


@dataclass(frozen=True)
class Boxes:
    """What the engine says of every run's box; `silent` is why it could not be asked, empty if it could."""

    states: dict[str, BoxState]
    silent: str = ""

    def of(self, run: str) -> BoxState:
        return BoxState.UNKNOWN if self.silent else self.states.get(run, BoxState.GONE)


def ask(bench: Bench, connection: Numerai) -> WindowLook:
    """Ask for the current round. No answer makes the window unknown, never closed."""
    try:
        current = connection.current_round()
    except Unanswered as error:
        click.echo(f"nab: {error.message}", err=True)
        return WindowLook(None, Window.UNKNOWN, connection.skew, connection.time())
    if current is not None:
        reconcile.note_rounds(bench, [current])
    now = connection.time()
    return WindowLook(current, rounds.window(current, now), connection.skew, now)


def look_at_boxes(bench: Bench) -> Boxes:
    """Ask the engine for all our boxes in one call. No answer is not "none"."""
    try:
        found = engine.all_boxes(f"{boxes.STATE}={bench.paths.root}")
    except NabError as error:
        return Boxes({}, error.message)
    return Boxes(
        {
            box["Labels"].get(boxes.RUN, ""): STATES.get(box["State"], BoxState.UNKNOWN)
            for box in found
            if box["Labels"].get(boxes.ROLE) == boxes.AGENT
        }
    )


def decide(
    bench: Bench, look: WindowLook, here: Boxes, answered: dict[str, bool]
) -> dict[str, duties.Decision]:
    """Decide for every enrolled entrant. `answered` is for whom Numerai said in this tick what it lists."""
    low = preflight.low_to_fire(bench)
    known = bench.evidence()
    decisions = {}
    for name, enrolment in sorted(bench.standings().enrolments.items()):
        listed = (
            listing(known, name, look.current, look.now, answered=answered.get(name, False))
            if look.current
            else Listing.UNKNOWN
        )
        no_room = hindered(bench, enrolment, low)
        there = EntrantSeen(box_of(bench, enrolment, here), listed, no_room)
        decisions[name] = duties.decide(facts(bench, enrolment, look, there))
    return decisions


class EntrantSeen(NamedTuple):
    """What was seen of one entrant: its box, what Numerai lists, whether this machine has no room for a firing."""

    box: BoxState
    listed: Listing
    no_room: bool


def box_of(bench: Bench, enrolment: Enrolment, here: Boxes) -> BoxState:
    """Return the state of an entrant's box. One that is gone and is made again to fire counts as stopped."""
    state, run = here.of(enrolment.run), bench.runs().get(enrolment.run)
    if state is not BoxState.GONE or submits(enrolment.enrolled.level) is Submits.BY_AGENT:
        return state
    return BoxState.STOPPED if run and submit.can_be_made_again(run) else state


def hindered(bench: Bench, enrolment: Enrolment, low: str) -> bool:
    """Say whether this machine lacks the room to fire for an entrant, and tell why."""
    if submits(enrolment.enrolled.level) is Submits.BY_AGENT:
        return False
    hindrance = low or run_disks.hindrance(bench.run(enrolment.run))
    if hindrance:
        click.echo(f"nab: {enrolment.entrant}: {hindrance}", err=True)
    return bool(hindrance)


def facts(bench: Bench, enrolment: Enrolment, look: WindowLook, there: EntrantSeen) -> Situation:
    """Gather what the decision for one entrant depends on."""
    run = bench.run(enrolment.run)
    return Situation(
        level=enrolment.enrolled.level,
        window=look.state,
        owed=look.current is not None and owed(enrolment, look.current),
        listing=there.listed,
        has_script=submit.has_script(run.workspace),
        box=there.box,
        in_flight=locks.is_held(run.lock(SUBMIT)),
        closing=look.current is not None and rounds.is_closing(look.current, look.now),
        no_room=there.no_room,
    )
