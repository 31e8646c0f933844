"""One page, as text. It asks for nothing from anywhere: no script, no font, no picture."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from nab.core.text import terminal


@dataclass(frozen=True)
class Leader:
    """An entrant's line on the leaderboard; means, by metric, are over rounds whose 20-day scores are final.

    Only of rounds that were owed; `unowed` is in how many others Numerai lists or scores something of it.
    """

    entrant: str
    submitted: int
    owed: int
    unowed: int
    resolved: int
    means: dict[str, float | None]


@dataclass(frozen=True)
class View:
    """What the page shows, as of an event of the log. Metrics are by their titles.

    Of the `columns` of `rows`, `numbers` are numbers; percentile and day are of the `leading` metric.
    """

    as_of: str
    seq: int
    local: bool
    objective: str
    metrics: tuple[str, ...]
    leading: str
    last_day: int
    leaders: list[Leader]
    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: list[tuple[str, ...]]
    runs: list[tuple[str, ...]]


def render(view: View) -> str:
    """Return the page. Everything that an agent could have written is escaped, and turns or hides nothing."""
    templates = Environment(
        loader=PackageLoader("nab.site"),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("index.html").render(view=view)


def shown(value: object) -> object:
    """Return a value as it is printed; markup of our own is left alone."""
    return terminal.safe(value) if type(value) is str else value
