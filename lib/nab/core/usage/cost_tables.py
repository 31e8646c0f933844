"""What was used of models, in words and in columns."""

from __future__ import annotations

from collections.abc import Iterator

from nab.core.facts import Counts
from nab.core.text.tables import Report, Table
from nab.core.usage.costs import Totals, Used, total
from nab.core.usage.working_time import Spent

TITLES = (
    "model",
    "answers",
    "cut",
    "input",
    "cache read",
    "cache write",
    "output",
    "of it reasoning",
    "cost",
)


def written(what: str, totals: Totals, spent: Spent) -> Report:
    """Write what somebody used: a table, the sum, what is doubtful, and the time."""
    rows = [row for one in totals.models for row in rows_of(one)]
    body = Table(TITLES, rows) if rows else "no model has answered yet"
    by = f", by the price list {', '.join(totals.prices)}" if totals.prices else ""
    return [what, body, "\n".join([f"cost: {totals.cost}{by}", *doubts(totals), time(spent)])]


def doubts(totals: Totals) -> Iterator[str]:
    """Say what the sums do not hold."""
    if cut := sum(one.cut for one in totals.models):
        yield f"answers that broke off: {cut}; what was counted of them is a part"
    if odd := sum(one.odd for one in totals.models):
        yield f"answers whose counts cannot be: {odd}; they are in no sum"


def rows_of(one: Used) -> Iterator[tuple[str, ...]]:
    """Yield a model's row and, under it, what the agent's program counted."""
    name = f"{one.provider}/{one.model or '(not named)'}"
    yield (printable(name), str(one.answers), str(one.cut), *cells(one.counts), one.cost)
    if one.own is not None:
        yield ("  by its program", "", "", *cells(one.own), off(one.difference or 0, total(one.counts)))


def cells(counts: Counts) -> tuple[str, ...]:
    """Write counts."""
    found = (counts.input, counts.cache_read, counts.cache_write, counts.output, counts.reasoning)
    return tuple(f"{tokens:,}" for tokens in found)


def off(difference: int, of: int) -> str:
    """Say how far a program's own count is from the proxy's, in tokens and in percent."""
    if not difference:
        return "the same"
    share = f" ({100 * difference / of:+.2f} %)" if of else ""
    return f"{difference:+,} tokens{share}"


def time(one: Spent) -> str:
    """Say how the time was spent."""
    waiting = [
        f"{hours(seconds)} for {reason}" for reason, seconds in sorted(one.waiting.items()) if seconds >= 0.5
    ]
    waited = f", waiting {', '.join(waiting)}" if waiting else ""
    return f"time: working {hours(one.working)}{waited}, of {hours(one.wall)}"


def hours(seconds: float) -> str:
    """Write a duration: 3 h 05 min, 12 min, 40 s."""
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 60} min" if whole >= 60 else f"{whole} s"


def printable(name: str) -> str:
    """Leave out of a name what could move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
