"""Entrants: what each is, how it stands, what it did, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from nab.core.facts import RunIntended
from nab.core.overview.overview import Row as RoundRow
from nab.core.scores.metrics import LEADING
from nab.site.charts import bars, dots, heat, lines
from nab.site.charts.dots import Dot
from nab.site.charts.lines import Line
from nab.site.charts.svg import Drawing
from nab.site.model import narrative
from nab.site.model.families import Family, Place
from nab.site.model.figures import LIVE, RESOLVED
from nab.site.model.pairs import shared_pairs
from nab.site.model.whole import Site
from nab.site.pages import timeline
from nab.site.pages.home import cell
from nab.site.pages.standing import Row, standing, tallies
from nab.site.writing import addresses
from nab.site.writing.book import Book

STRIP = 130  # rounds


@dataclass(frozen=True)
class Part:
    """A line of the bill of materials; `told` is what a run was made of, or nothing on record."""

    name: str
    told: str


def write(book: Book) -> None:
    """Write the list and everybody's page and timeline."""
    site = book.site
    rows: dict[str, tuple[Family, Row]] = {}
    for family in site.families:
        if family.places:
            rows |= {one.place.line.entrant: (family, one) for one in standing(book, family).rows}
    book.page(
        "entrants/index.html",
        "entrants.html",
        "Entrants",
        tallies=tallies(site),
        rows=rows,
        seen=enrolled(book),
    )
    for entrant in site.entrants:
        write_one(book, entrant, rows.get(entrant))


@lru_cache(maxsize=2)
def compared(site: Site) -> frozenset[frozenset[str]]:
    """Return the pairs of entrants that have a page of their own: those of a family that share a final round."""
    return frozenset(frozenset(one.names) for one in shared_pairs(site))


def enrolled(book: Book) -> dict[str, str]:
    """Return since when everybody is enrolled."""
    return {name: one.since for name, one in book.site.standings.enrolments.items()}


def write_one(book: Book, entrant: str, found: tuple[Family, Row] | None) -> None:
    """Write the page of an entrant."""
    site = book.site
    rows, runs = site.by_entrant.get(entrant, []), site.runs(entrant)
    happened = site.happenings.get(entrant, [])
    shared = compared(site)
    picture = timeline.year(book, entrant, happened)
    evidence = [seq for row in rows for seq in row.outcome.because]
    seq = max([site.newest.entrants.get(entrant, 0), *evidence])
    book.page(
        addresses.entrant(entrant),
        "entrant.html",
        entrant,
        seq,
        entrant=entrant,
        enrolment=site.standings.enrolments.get(entrant),
        found=found,
        tally=tallies(site)[entrant],
        runs=runs,
        made=materials(runs[-1].intended) if runs else [],
        strip=strip(entrant, rows),
        sums=sums(book, entrant),
        final=score_dots(book, entrant, rows),
        provisional=score_dots(book, entrant, rows, provisional=True),
        sentences=narrative.sentences(site, entrant),
        picture=picture,
        lanes=timeline.counts(happened),
        others=[one for one in site.entrants if one != entrant],
        endings=endings(entrant, runs),
        compared=lambda one, other: frozenset((one, other)) in shared,
    )
    timeline.write(book, entrant, happened, picture, seq)


def materials(made: RunIntended) -> list[Part]:
    """Return what a run was made of, in words; what is not on record is not listed."""
    told = {
        "program": made.agent,
        "level": made.level.value,
        "replica": made.replica,
        "language model": made.llm,
        "reasoning effort": made.effort,
        "prompt": made.prompt_version,
        "package": " ".join(made.program.get(key, "") for key in ("package", "version")).strip(),
        "image": made.image[:19],
        "processors": f"{made.cpus:g}" if made.cpus else "",
        "memory": f"{made.memory_gib:g} GiB" if made.memory_gib else "",
        "GPUs": ", ".join(made.gpus),
        "working time": f"{made.budget_seconds / 3600:g} h" if made.budget_seconds else "no limit",
        "seed": "" if made.seed is None else str(made.seed),
        "models answered by": "scripts of ours" if made.scripted else "",
        "settings": made.settings_sha256[:12],
    }
    return [Part(name, value) for name, value in told.items() if value]


def strip(entrant: str, rows: list[RoundRow]) -> Drawing | None:
    """Draw what became of an entrant in the last rounds."""
    shown = rows[-STRIP:]
    if not shown:
        return None
    cells = [cell(row, "../../") for row in shown]
    return heat.cells(
        [(entrant, cells)], [f"round {row.round.number}" for row in shown], f"outcomes of {entrant}"
    )


def place_of(book: Book, entrant: str) -> tuple[Family, Place] | None:
    """Return the family and the place of an entrant's newest run that is in one."""
    found = [
        (family, place)
        for family in book.site.families
        for place in family.places
        if place.line.entrant == entrant
    ]
    return found[-1] if found else None


def sums(book: Book, entrant: str) -> Drawing | None:
    """Draw the difference from the control, added up, in its band."""
    found = place_of(book, entrant)
    if found is None or not found[0].derived.family.fact.control:
        return None
    family, place = found
    control = family.derived.family.fact.control
    if place.line.run == control or not place.line.n:
        return None
    series = family.series(place.line.run, control)
    points = tuple(zip(series.rounds, series.sums, strict=True))
    line = Line(entrant, points, book.colour(entrant), RESOLVED, family.derived.rules.version)
    words = f"{entrant}: {family.title} minus the control, added up; inside the grey band nothing can be said"
    return lines.lines([line], words, series.band, changes(book, entrant, series.rounds))


def changes(book: Book, entrant: str, rounds: tuple[int, ...]) -> list[tuple[int, str]]:
    """Return the rounds from which on another prompt, model or program was at work."""
    found, before = [], None
    windows = book.site.standings.rounds
    for run in book.site.runs(entrant):
        made = (run.intended.prompt_version, run.intended.llm, run.intended.program.get("version", ""))
        if before is not None and made != before:
            first = next(
                (
                    one
                    for one in rounds
                    if one in windows and f"{windows[one].opens:%Y-%m-%dT%H:%M}" > run.since
                ),
                None,
            )
            if first is not None:
                names = ("prompt", "model", "program")
                what = ", ".join(
                    name for name, old, new in zip(names, before, made, strict=True) if old != new
                )
                found.append((first, f"another {what}"))
        before = made
    return found


def score_dots(
    book: Book, entrant: str, rows: list[RoundRow], *, provisional: bool = False
) -> Drawing | None:
    """Draw the leading score of every round: those that are final, or those that may still change, never both."""
    surface = LIVE if provisional else RESOLVED
    found = [
        Dot(row.round.number, one.value, surface, provisional)
        for row in rows
        if (one := row.scores.get(LEADING.name)) is not None
        and one.value is not None
        and one.final is not provisional
    ]
    kind = "may still change" if provisional else "final"
    words = f"{entrant}: {LEADING.title} of each round, {kind}; zero is the meta model's own"
    return dots.dots(found, words, book.colour(entrant)) if found else None


def endings(entrant: str, runs: list) -> Drawing | None:  # type: ignore[type-arg]
    """Draw how the sessions of each run ended."""
    kinds = sorted({kind for run in runs for kind in run.endings})
    if not kinds:
        return None
    parts = [(kind.replace("_", " "), f"p{place % 7}") for place, kind in enumerate(kinds)]
    rows = [
        (run.intended_at[:10], [float(run.endings.get(kind, 0)) for kind in kinds])
        for run in runs
        if run.endings
    ]
    return bars.stacked(rows, parts, f"how the sessions of {entrant} ended, by run")
