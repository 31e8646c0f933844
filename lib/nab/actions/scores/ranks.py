"""Keep how our models rank in each round: every model's scores of a round come in one answer, asked for once."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

import click

from nab.actions.bench import Bench
from nab.core.log.events import Draft
from nab.core.overview import ranks
from nab.core.overview.overview import Row
from nab.core.overview.ranks import Scored
from nab.core.scores import metrics, scores
from nab.edges.numerai.api import Numerai, Unanswered

ROUNDS_A_LOOK = 3  # an answer has every model of a round, well over a megabyte at Numerai


def fetch(bench: Bench, numerai: Numerai) -> int:
    """Ask for the newest rounds whose ranks are owed, each once for all our models. Returns how many ranks are new.

    A silence leaves a round to the next look, and so does an answer that is older than our final scores.
    """
    standings, events = bench.standings(), bench.log.events()
    drafts: list[Draft] = []
    owed = ranks.owed(standings.rows, ranks.kept(events), bench.models().since)
    for number, rows in islice(owed.items(), ROUNDS_A_LOOK):
        try:
            scored = numerai.round_scores(number, metrics.RANKED)
        except Unanswered as error:
            click.echo(f"nab: ranks of round {number}: {error.message}", err=True)
            continue
        drafts += [
            Draft(
                fact=ranks.ranked(model, scored),
                entrant=row.entrant,
                round=number,
                valid=numerai.time(),
                id=f"ranked:{row.entrant}:{number}",
            )
            for row in rows
            if (model := model_of(bench, row, scored)) and is_told(bench, model, scored, row, numerai.time())
        ]
    if drafts:
        bench.log.append_all(drafts)
    return len(drafts)


def model_of(bench: Bench, row: Row, scored: Scored) -> str:
    """Return the name of the model that a row's scores are of: of those that the entrant had, the one that has them.

    Where none has them it is the newest; empty for an entrant of whom no run is known.
    """
    had = [one.name for one in bench.models().of.get(row.entrant, ())]
    return next((name for name in had if ranks.is_final(name, scored, row.scores)), "".join(had[-1:]))


def is_told(bench: Bench, model: str, scored: Scored, row: Row, now: datetime) -> bool:
    """Say whether an answer is the last word on a row: by its scores, or because none other has come for a day."""
    if ranks.is_final(model, scored, row.scores):
        return True
    key = row.entrant, row.round.number
    of_row = (event for event in bench.log.events() if (event.entrant, event.round) == key)
    return ranks.is_overdue(scores.archive(of_row)[key], now)
