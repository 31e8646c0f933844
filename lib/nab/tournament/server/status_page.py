"""What a tournament is at, as a page for people. Everything on it is escaped, and nothing on it runs."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from nab.core.text import terminal, times
from nab.tournament.answers import operations
from nab.tournament.play.faults import KINDS
from nab.tournament.play.visit import House
from nab.tournament.rounds import schedule as calendar

NEWEST_ROUNDS = 10
STYLE = (
    "body{font:15px/1.5 sans-serif;margin:2em;max-width:60em}td,th{padding:.15em 1em .15em 0;text-align:left}"
)


def page(house: House) -> str:
    """Return the page."""
    tournament = house.tournament
    now = tournament.clock.now()
    about = [
        ("now", times.text(now)),
        ("standing", calendar.standing(tournament.schedule, now)),
        ("seed", tournament.market.seed),
        ("size", tournament.market.size.name),
    ]
    models = [(model.name, model.id) for model in tournament.account.models]
    active = [(fault, KINDS[fault.name].what) for fault in house.faults.active.values()]
    parts = [
        f"<h1>Local tournament</h1><p>{operations.summary()}</p>",
        table("Now", ["", ""], about),
        table("Rounds", ["round", "status", "opens", "on time until", "days scored"], round_rows(house)),
        table("Models", ["name", "id"], models),
        table("Faults that are on", ["fault", "what it does"], active),
    ]
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Local tournament</title><style>{STYLE}</style>'
    return head + "".join(parts)


def round_rows(house: House) -> list[tuple[Any, ...]]:
    """Return the newest rounds, newest first."""
    tournament = house.tournament
    schedule, now = tournament.schedule, tournament.clock.now()
    rows = []
    for number in reversed(tournament.rounds()[-NEWEST_ROUNDS:]):
        window = schedule.times(number)
        opens, until = times.text(window.opens), times.text(window.closes_on_time)
        standing = calendar.status(schedule, number, now)
        rows.append((number, standing, opens, until, calendar.days_scored(schedule, number, now)))
    return rows


def table(title: str, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return a table under a title."""
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    lines = ("".join(f"<td>{escape(terminal.safe(str(cell)))}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<h2>{escape(title)}</h2><table><tr>{head}</tr>{body or '<tr><td>none</td></tr>'}</table>"
