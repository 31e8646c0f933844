"""The timeline of an entrant: its whole time in one picture, a page a month with every event to the second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from nab.core.text import times
from nab.site.charts import lanes
from nab.site.charts.lanes import Span
from nab.site.charts.svg import Drawing
from nab.site.model.happenings import LANES, Happening
from nab.site.writing import addresses
from nab.site.writing.book import Book

MOST = 1500  # events a page; the first of a month that has more


def year(book: Book, entrant: str, found: Sequence[Happening], root: str = "timeline/") -> Drawing | None:
    """Draw the whole time of an entrant; each month leads to its page."""
    if not found:
        return None
    first, last = found[0].began, end(book, found)
    shown = spans(found, last)
    words = f"everything on record of {entrant}, {first:%Y-%m-%d} to {last:%Y-%m-%d}, by kind"
    months = {
        month: f"{root}{month}/index.html" for month in dict.fromkeys(f"{one.began:%Y-%m}" for one in found)
    }
    return lanes.lanes(lanes_of(found), shown, (first, last), words, months)


def end(book: Book, found: Sequence[Happening]) -> datetime:
    """Return when the last thing on record of an entrant was; the log's end where something goes on."""
    if any(one.ended is None for one in found):
        return times.parse(book.site.as_of)
    return max(one.ended or one.began for one in found)


def lanes_of(found: Sequence[Happening]) -> list[str]:
    """Return the lanes in which there is anything, in their order."""
    there = {one.lane for one in found}
    return [lane for lane in LANES if lane in there]


def spans(found: Sequence[Happening], last: datetime) -> list[Span]:
    """Return what is drawn."""
    return [Span(one.lane, one.began, max(one.began, one.ended or last), one.bad) for one in found]


def counts(found: Sequence[Happening]) -> dict[str, int]:
    """Count what is in each lane."""
    by_lane = Counter(one.lane for one in found)
    return {lane: by_lane[lane] for lane in lanes_of(found)}


def write(book: Book, entrant: str, found: Sequence[Happening], picture: Drawing | None, seq: int) -> None:
    """Write the timeline's page and those of its months."""
    if not found:
        return
    months: dict[str, list[Happening]] = {}
    for one in found:
        months.setdefault(f"{one.began:%Y-%m}", []).append(one)
    lanes_ = lanes_of(found)
    table = [(month, Counter(one.lane for one in rows), rows) for month, rows in months.items()]
    book.page(
        addresses.timeline(entrant),
        "timeline.html",
        f"Timeline of {entrant}",
        seq,
        entrant=entrant,
        picture=year(book, entrant, found, ""),
        table=table,
        lanes=lanes_,
        newest=lambda rows: max(one.event for one in rows),
    )
    names = list(months)
    for place, (month, rows) in enumerate(months.items()):
        beside = names[place - 1] if place else "", (names[place + 1 :] or [""])[0]
        write_month(book, entrant, (month, rows), beside)


def write_month(
    book: Book, entrant: str, of: tuple[str, Sequence[Happening]], beside: tuple[str, str]
) -> None:
    """Write the page of a month, with the months beside it that have one."""
    month, rows = of
    first = times.parse(f"{month}-01T00:00:00Z")
    last = min((first + timedelta(days=32)).replace(day=1), max(times.parse(book.site.as_of), rows[-1].began))
    words = f"{entrant} in {month}, by kind"
    path = addresses.timeline(entrant, month)
    if book.has(path, last, beside, [(one.event, one.ended) for one in rows]):  # the rest is the event's own
        return
    book.page(
        path,
        "month.html",
        f"{entrant}, {month}",
        max(one.event for one in rows),
        entrant=entrant,
        month=month,
        picture=lanes.lanes(lanes_of(rows), spans(rows, last), (first, last), words),
        rows=rows[:MOST],
        left_out=max(0, len(rows) - MOST),
        before=beside[0],
        after=beside[1],
    )
