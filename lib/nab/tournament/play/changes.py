"""What whoever owns or runs the tournament changes: its models, its clock, rounds that open late. All of it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from nab.core.errors import NabError
from nab.tournament.play.account import Model
from nab.tournament.play.engine import Tournament
from nab.tournament.rounds.clocks import MovableClock


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


def move_clock(tournament: Tournament, by: timedelta) -> None:
    """Let the tournament's time go forward, and remember how far it is ahead."""
    clock = tournament.clock
    if not isinstance(clock, MovableClock):
        raise NabError("this tournament's clock cannot be moved")
    tournament.store.keep("ahead", (clock.ahead + by).total_seconds())
    clock.move(by)


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
