"""Rounds: all of them at a glance, and each with everybody's outcome, its cause and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nab.core.overview.overview import Row
from nab.core.scores import scores as folded
from nab.core.scores.metrics import SHOWN
from nab.site.charts.svg import Drawing
from nab.site.model import figures
from nab.site.model.figures import LIVE, RESOLVED, Figure
from nab.site.pages.home import outcomes_of
from nab.site.writing import addresses
from nab.site.writing.book import Book

A_CHART = 130  # rounds: more make cells too small to hit


def write(book: Book) -> None:
    """Write the list and every round."""
    site = book.site
    numbers = site.standings.numbers
    charts = [overview(book, numbers[place : place + A_CHART]) for place in range(0, len(numbers), A_CHART)]
    listed = [(number, site.by_round.get(number, [])) for number in reversed(numbers)]
    book.page("rounds/index.html", "rounds.html", "Rounds", charts=charts[::-1], rounds=listed)
    seqs = score_events(book)
    score = scores(seqs)
    for place, number in enumerate(numbers):
        rows = site.by_round.get(number, [])
        window = site.standings.rounds.get(number)
        beside = (
            numbers[place - 1] if place else None,
            numbers[place + 1] if place + 1 < len(numbers) else None,
        )
        seen = [seq for row in rows for seq in row.outcome.because]
        seq = max([site.newest.rounds.get(number, 0), *seen])
        scored = [seqs.get((row.entrant, number, metric.name)) for row in rows for metric in SHOWN]
        if book.has(addresses.round_(number), seq, window, rows, scored, beside):
            continue
        book.page(
            addresses.round_(number),
            "round.html",
            f"Round {number}",
            seq,
            number=number,
            window=window,
            rows=rows,
            metrics=SHOWN,
            score=score,
            before=beside[0],
            after=beside[1],
        )


def overview(book: Book, numbers: list[int]) -> Drawing:
    """Draw what became of everybody in some rounds."""
    name = f"what became of every entrant in rounds {numbers[0]} to {numbers[-1]}"
    return outcomes_of(book, numbers, name, "../")


def scores(seqs: Mapping[tuple[str, int, str], int]) -> Callable[[Row, str], Figure | None]:
    """Return a function that tells the score of a row by a metric, as a figure of its surface."""

    def score(row: Row, metric: str) -> Figure | None:
        found = row.scores.get(metric)
        seq = seqs.get((row.entrant, row.round.number, metric))
        if found is None or found.value is None or seq is None:
            return None
        return figures.signed(
            found.value,
            event=seq,
            surface=RESOLVED if found.final else LIVE,
            key=f"score:{metric}:{row.entrant}:{row.round.number}",
        )

    return score


def score_events(book: Book) -> dict[tuple[str, int, str], int]:
    """Return the event of the score that counts, by entrant, round and metric."""
    found = {}
    submissions = {
        (row.entrant, row.round.number): row.outcome.submission for row in book.site.standings.rows
    }
    for (entrant, number), words in folded.last_words(book.site.events).items():
        for metric, event in folded.counting(words, submissions.get((entrant, number))).items():
            found[entrant, number, metric] = event.seq
    return found
