"""The files of the site while they are written: every page through one door, every figure through one function."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from nab.core.text import times
from nab.core.text.terminal import safe
from nab.site.charts.svg import Drawing
from nab.site.model.figures import Figure
from nab.site.model.whole import Site
from nab.site.writing import addresses, memory, words
from nab.site.writing.memory import Kept, Memory

NOTHING = "\u2013"
NONE = Markup("&ndash;")


@cache
def templates() -> Environment:
    """Open the templates: once, for each is compiled when it is used first."""
    found = Environment(
        loader=PackageLoader("nab.site"),
        autoescape=True,
        finalize=words.shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["said"] = said
    return found


@dataclass
class Written:
    """What a page brought along: the events that it cites, and the tables of its charts."""

    cited: set[int] = field(default_factory=set)
    charts: set[str] = field(default_factory=set)


@dataclass
class Book:
    """What is written so far, what is taken over from before, and which events are cited."""

    site: Site
    before: Memory = memory.NONE
    files: dict[str, bytes] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    pages: dict[str, Written] = field(default_factory=dict)
    cited: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Gather what every template may use."""
        self.tools = {
            "fig": pass_context(
                lambda context, one, none=NOTHING: self.written_figure(one, context["root"], none)
            ),
            "event": pass_context(lambda context, seq: self.written_figure(of_event(seq), context["root"])),
            "chart": pass_context(lambda context, one, caption="": self.drawn(one, context["root"], caption)),
            "to": to,
            "time": time,
            "site": self.site,
            "setting": self.site.setting,
            "addresses": addresses,
            "colour": self.colour,
            "wordy": wordy,
            "is_control": self.site.is_control,
        }
        others = [one for one in self.site.entrants if not self.site.is_control(one)]
        self.colours = {one: f"c{place % 7}" for place, one in enumerate(others)}
        self.ground = memory.digest(self.site.setting, self.site.entrants)  # what any page may rest on
        self.page_now = Written()

    def colour(self, entrant: str) -> str:
        """Return the colour of an entrant: the same in every chart; controls are grey."""
        return self.colours.get(entrant, "control")

    def has(self, path: str, *rests_on: object) -> bool:
        """Say whether a page is taken over as it was written before; `rests_on` is all that it tells, and is from."""
        key = self.keys[path] = memory.digest(self.ground, path, *rests_on)
        found = self.before.pages.get(path)
        if found is None or found.key != key:
            return False
        self.kept[path] = found
        self.cited.update(found.cited)
        return True

    def page(self, path: str, template: str, title: str, seq: int = 0, **context: Any) -> None:
        """Write a page. `seq` is the newest event that changed what it tells."""
        self.page_now = self.pages[path] = Written()
        root = addresses.up(path)
        told = {"path": path, "root": root, "title": title, "seq": seq or self.site.newest.whole, **context}
        self.files[path] = templates().get_template(template).render(self.tools | told).encode()
        self.cited |= self.page_now.cited

    def written_figure(self, one: Figure | None, root: str, none: str = NOTHING) -> Markup:
        """Write a figure with its one origin; who reads gets what it rests on, with a script and without."""
        if one is None:
            return Markup(none)  # noqa: S704
        if one.event:
            self.page_now.cited.add(one.event)
        told = {
            "value": f"{one.value:.10g}",
            "data-claim": one.claim,
            "data-event": one.event or "",
            "data-setting": one.setting,
            "data-command": one.command,
            "data-n": "" if one.n is None else one.n,
            "data-neff": "" if one.n_eff is None else f"{one.n_eff:.1f}",
            "data-surface": one.surface,
            "data-key": one.key,
            "data-mean": "1" if one.mean else "",
        }
        attributes = "".join(
            f' {name}="{escape(safe(str(value)))}"' for name, value in told.items() if value != ""
        )
        text = escape(safe(one.text))
        inside = f'<a href="{root}{origin(one)}" title="{escape(safe(rests_on(one)))}">{text}</a>'
        return Markup(f"<data{attributes}>{inside}</data>")  # noqa: S704

    def drawn(self, one: Drawing, root: str, caption: str = "") -> Markup:
        """Write a chart with its words and the table that it was drawn from."""
        content = one.csv.encode()
        path = f"charts/{hashlib.sha256(content).hexdigest()[:16]}.csv"
        self.files[path] = content
        self.page_now.charts.add(path)
        surface = f' data-surface="{one.surface}"' if one.surface else ""
        says = f"{escape(caption)} " if caption else ""
        return Markup(  # noqa: S704
            f'<figure{surface}><div class="scroll" tabindex="0" role="region" aria-label="chart">{one.svg}</div>'
            f'<figcaption>{says}<a href="{root}{path}">CSV</a></figcaption></figure>'
        )


def of_event(seq: int) -> Figure:
    """Return an event's own number as a figure: its origin is the event."""
    return Figure(seq, f"{seq:,}", event=seq)


def origin(one: Figure) -> str:
    """Return the page that tells where a figure comes from."""
    if one.claim:
        return addresses.claim(one.claim)
    if one.event:
        return addresses.evidence(one.event)
    return f"methodology/index.html#{'settings' if one.setting else 'commands'}"


def rests_on(one: Figure) -> str:
    """Say in a line what a figure rests on."""
    told = [one.origin]
    if one.n is not None:
        told.append(
            f"{one.n} rounds" + ("" if one.n_eff is None else f", worth {one.n_eff:.1f} independent ones")
        )
    if one.surface:
        told.append(one.surface)
    return "; ".join(told)


def wordy(text: str) -> Markup:
    """Write words of ours that may have numbers in them which are no figures: names, sizes, versions."""
    told = escape(safe(text))
    return Markup(f'<code class="plain">{told}</code>' if any(map(str.isdigit, text)) else told)  # noqa: S704


def said(text: str, most: int = words.MOST) -> Markup:
    """Write somebody's words or name: as text, on one line, apart from the direction of ours."""
    return Markup(f"<bdi>{escape(words.one_line(text, most))}</bdi>")  # noqa: S704


@pass_context
def to(context: Context, path: str) -> str:
    """Return a link from the page that is being written."""
    return f"{context['root']}{path}"


def time(at: datetime | str | None) -> Markup:
    """Write a time for people and for programs."""
    if not at:
        return NONE
    found = times.parse_or_none(at) if isinstance(at, str) else at
    if found is None:
        return NONE
    return Markup(f'<time datetime="{times.text(found)}">{words.moment(found)}</time>')  # noqa: S704
