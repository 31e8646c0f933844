"""Going on where an earlier start has left off."""

from __future__ import annotations

from datetime import datetime

from nab.tournament.play.engine import Tournament
from nab.tournament.scoring.scorebook import ROUNDS_A_YEAR


def resume(tournament: Tournament, now: datetime) -> None:
    """Take up what is kept. Rounds that opened and closed meanwhile, unplayed, are not scored."""
    store, archive = tournament.store, tournament.archive
    newest = tournament.schedule.newest(now)
    seen = store.setting("seen", newest)
    uploads = tournament.ledger.of_rounds(seen, newest)
    played = {number for upload in uploads for number in (upload.round, upload.round + 1)}
    archive.skip(set(range(seen + 1, newest)) - played)
    recall(tournament)
    tournament.settled_below = store.setting("settled_below", tournament.first)
    tournament.done = archive.numbers(tournament.settled_below)
    tournament.settle()


def recall(tournament: Tournament) -> None:
    """Work out the reputations again from the rounds of the last year."""
    for number, scores in tournament.archive.newest(ROUNDS_A_YEAR):
        for metric, table in scores.newest.items():
            tournament.reputations.add(metric, table)
        if scores.newest:
            tournament.reputations.remember(number)
