"""The standing of a family as a table: ranks as ranges, intervals on one scale, rounds by outcome and cause."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from nab.site.charts import intervals
from nab.site.charts.intervals import Interval
from nab.site.model import figures
from nab.site.model import tallies as counted
from nab.site.model.families import Family, Place
from nab.site.model.figures import RESOLVED, Figure
from nab.site.model.tallies import Tally
from nab.site.model.whole import Site
from nab.site.writing.book import Book


@dataclass(frozen=True)
class Row:
    """A row of the standing."""

    place: Place
    tally: Tally
    picture: Markup | None
    mean: Figure | None
    n: Figure | None
    low: Figure | None
    high: Figure | None
    provisional: Figure | None


@dataclass(frozen=True)
class Standing:
    """The table of a family, and the scale of its pictures."""

    family: Family
    rows: tuple[Row, ...]
    scale: Markup


@lru_cache(maxsize=2)
def tallies(site: Site) -> dict[str, Tally]:
    """Count everybody's rounds and use."""
    work = counted.work(site.events)
    return {
        one: counted.tally(one, site.by_entrant.get(one, []), site.runs(one), work.get(one, (0.0, 0)))
        for one in site.entrants
    }


def standing(book: Book, family: Family) -> Standing:
    """Lay the table of a family out."""
    shown = [interval(book, place) for place in family.places]
    low, high = intervals.ends([one for one in shown if one])
    rows = tuple(
        row(book, family, place, one, (low, high)) for place, one in zip(family.places, shown, strict=True)
    )
    return Standing(family, rows, Markup(intervals.axis_of_cell(low, high)))  # noqa: S704


def interval(book: Book, place: Place) -> Interval | None:
    """Return the interval of a place; none for the control, and where no round is final."""
    line = place.line
    if line.difference is None:
        return None
    low, high = line.band or (None, None)
    return Interval(line.entrant, line.difference, low, high, book.colour(line.entrant), surface=RESOLVED)


def row(book: Book, family: Family, place: Place, one: Interval | None, ends: tuple[float, float]) -> Row:
    """Lay a row out."""
    line, claim = place.line, place.claim
    more = {"claim": claim, "n": line.n, "n_eff": line.n_eff, "surface": RESOLVED}
    mean = low = high = n = picture = None
    if one is not None and line.difference is not None and claim:
        mean = figures.signed(line.difference, **more, mean=True)
        n = figures.count(line.n, **more, key=f"n:{claim}")
        if line.band is not None:
            low, high = (figures.signed(end, **more) for end in line.band)
        words = f"{line.entrant}: {mean.text}" + (
            f", band {low.text} to {high.text}" if low and high else ", no band yet"
        )
        picture = Markup(intervals.in_cell(one, *ends, words))  # noqa: S704
    waiting = family.provisional.get(line.entrant, 0)
    seq = book.site.newest.entrants.get(line.entrant, 0)
    provisional = figures.count(waiting, event=seq) if waiting and seq else None
    return Row(place, tallies(book.site)[line.entrant], picture, mean, n, low, high, provisional)
