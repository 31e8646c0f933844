"""What whoever owns or runs the tournament changes: its models, its calendar, its clock. All of it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from nab.core.errors import NabError
from nab.tournament.market.field import model_id
from nab.tournament.play.account import MODEL_NAME, Model
from nab.tournament.play.engine import Tournament
from nab.tournament.rounds import moments
from nab.tournament.rounds.calendars import Early, next_moment
from nab.tournament.rounds.clocks import MovableClock
from nab.tournament.rounds.jumps import Jump
from nab.tournament.rounds.moments import Moment, Until

SECOND = timedelta(seconds=1)


def describe(tournament: Tournament, model: Model, changes: Mapping[str, str | None]) -> None:
    """Remember what the account says about one of its models."""
    with tournament.lock:
        said = {**tournament.descriptions.get(model.id, {}), **changes}
        tournament.store.change("UPDATE models SET said = ? WHERE id = ?", (json.dumps(said), model.id))
        tournament.descriptions[model.id] = said


def add_model(tournament: Tournament, model: Model) -> None:
    """Give the account one more model."""
    with tournament.lock:
        tournament.store.change("INSERT INTO models (id, name) VALUES (?, ?)", (model.id, model.name))
        account = tournament.account
        tournament.account = replace(account, models=(*account.models, model))


def give_model(tournament: Tournament, name: str) -> Model:
    """Return the account's model of that name, which it has from now on. Raises NabError where it cannot have it."""
    if not MODEL_NAME.fullmatch(name):
        raise NabError(f"a model cannot be called {name[:80]!r}", hint="a-z, 0-9 and _, 40 at most")
    with tournament.lock:
        for model in tournament.account.models:
            if model.name == name:
                return model
        if name in tournament.model_names.values():
            raise NabError(f"{name} is another participant's model", hint="choose another name")
        added = Model(model_id(tournament.market.seed, name), name)
        add_model(tournament, added)
        tournament.say(f"the account has one more model: {name}")
        return added


def move_clock(tournament: Tournament, by: timedelta) -> None:
    """Have the tournament's clock go ahead of this machine's, and remember how far: numerapi's checks err then."""
    clock = tournament.clock
    if not isinstance(clock, MovableClock):
        raise NabError("this tournament's clock cannot be moved")
    tournament.store.keep("ahead", (clock.ahead + by).total_seconds())
    clock.move(by)


@dataclass(frozen=True)
class Advanced:
    """What came earlier than it was to, or just so, and when: `at` is within a second."""

    at: datetime
    passed: list[Moment]


def advance(tournament: Tournament, how_far: timedelta | Until | None) -> Advanced:
    """Have what lies ahead come within a second: so much time of it, or all up to the next event or the next of a kind.

    The clock stays, and what has been stays as it was. What lies farther ahead comes earlier by as much.
    """
    with tournament.lock:
        schedule, began = tournament.schedule, tournament.clock.now()
        unfinished = range(tournament.settled_below, schedule.newest(began) + 2)
        if isinstance(how_far, timedelta):
            target = began + how_far
        else:
            target = moments.following(schedule, unfinished, began, how_far)
        until = whole_second(target)
        tournament.live_files.make(schedule.newest(until))
        rounds = range(tournament.settled_below, schedule.newest(until) + 1)
        passed = moments.between(schedule, rounds, began, until)
        at = whole_second(tournament.clock.now())
        if until > at:
            jump(tournament, Jump(tournament.jumps.calendar_time(at), until - at))
        return Advanced(min(at, until), passed)


def jump(tournament: Tournament, by: Jump) -> None:
    """Have the calendar jump, and remember it."""
    tournament.store.keep("jumps", msgspec.to_builtins([*tournament.jumps.made, by]))
    tournament.jumps.add(by)


def whole_second(instant: datetime) -> datetime:
    """Return the next whole second, because Numerai's times are told in whole seconds."""
    floor = instant.replace(microsecond=0)
    return floor if floor == instant else floor + SECOND


def bring_forward(tournament: Tournament) -> tuple[int, bool, datetime]:
    """Have the next close, or the next opening, come within a second, and what lies ahead of it earlier by as much.

    Returns whose it is, whether it is an opening, and when. Scores of rounds that are closed come when they were to.
    """
    with tournament.lock:
        now = tournament.clock.now()
        number, opening, due = next_moment(tournament.schedule, now)
        if opening:
            tournament.live_files.make(number)
        at = tournament.clock.now().replace(microsecond=0) + timedelta(
            seconds=1
        )  # times are told in whole seconds
        if due > at:
            tournament.early.append(Early(number, opening, due - at))
            tournament.store.keep("early", msgspec.to_builtins(tournament.early))
        return number, opening, min(due, at)


def delay(tournament: Tournament, number: int, late: timedelta) -> None:
    """Have a round open late. That stays so when it is long past."""
    tournament.store.change("INSERT OR REPLACE INTO late VALUES (?, ?)", (number, late.total_seconds()))
    tournament.late[number] = late


def undelay(tournament: Tournament) -> None:
    """Have the rounds that are still to open be in time."""
    newest = tournament.schedule.newest(tournament.clock.now())
    tournament.store.change("DELETE FROM late WHERE round > ?", (newest,))
    for number in [number for number in tournament.late if number > newest]:
        del tournament.late[number]
