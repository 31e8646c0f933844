"""The home page: the answer in words, then the standing, when more will be known, and what was said lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import Row
from nab.results.claims.documents import Claim, Needed
from nab.results.claims.standing import NOT_IN_THIS_SEASON
from nab.site.charts import heat, lines
from nab.site.charts.heat import Cell
from nab.site.charts.lines import Line
from nab.site.charts.svg import Drawing
from nab.site.model import corrections, figures
from nab.site.model.families import Family
from nab.site.model.figures import RESOLVED, Figure
from nab.site.model.tallies import FAILED
from nab.site.pages.standing import standing, tallies
from nab.site.writing import addresses, words
from nab.site.writing.book import Book

NEWEST = 8
ROUNDS_SHOWN = 48
DECIDED = {"supported", "refuted", "equivalent"}


@dataclass(frozen=True)
class Gap:
    """When a difference could be known."""

    gap: Figure
    rounds: Figure
    by: str


def write(book: Book) -> None:
    """Write the page."""
    site = book.site
    families = [one for one in site.families if one.places]
    verdicts = [one for one in site.registry.claims if one.current and one.verdict != "not yet"]
    book.page(
        "index.html",
        "home.html",
        "NumeraiAgentBench",
        standings=[standing(book, one) for one in families],
        answers=[answer(book, one) for one in families],
        gaps=[(one, [gap(one, each) for each in one.needed]) for one in families],
        sums=[
            (one, since_the_start(book, one)) for one in families if any(place.line.n for place in one.places)
        ],
        outcomes=outcomes(book),
        tallies=tallies(site),
        verdicts=sorted(verdicts, key=lambda one: -one.current.upto if one.current else 0)[:NEWEST],
        members=members(book),
        claimed=lambda claim: claimed(book, claim),
        neff=neff,
        corrections=corrections.corrections(site.events, site.standings.rows)[:NEWEST],
    )


def members(book: Book) -> dict[str, str]:
    """Return the entrant of every run of a family."""
    return {run: who for one in book.site.registry.families for run, who in one.members.items()}


def neff(one: Figure) -> Figure:
    """Return how many independent rounds a count of shared ones is worth, by the same claim."""
    return figures.decimal(
        one.n_eff or 0.0,
        claim=one.claim,
        n=one.n,
        n_eff=one.n_eff,
        surface=RESOLVED,
        key=f"n_eff:{one.claim}",
    )


def claimed(book: Book, claim: Claim) -> Markup:
    """Say a decided claim in a sentence that leads to it."""
    who = members(book)
    a, b = (escape(words.one_line(who.get(run, run))) for run in claim.pair)
    said = {
        "supported": f"{a} is better than {b}",
        "refuted": f"{b} is better than {a}",
        "equivalent": f"{a} and {b} are equally good",
        "withdrawn": f"{a} above {b}: withdrawn",
    }[claim.verdict]
    return Markup(f'<a href="{addresses.claim(claim.id)}">{said}.</a>')  # noqa: S704


@dataclass(frozen=True)
class Told:
    """The answer of a family: decided claims, or when one could be."""

    family: Family
    level: str
    decided: tuple[Claim, ...]  # between two agents
    beside: tuple[Claim, ...]  # of an agent and a control
    rounds: Figure | None
    earliest: Gap | None
    never: Gap | None


def answer(book: Book, family: Family) -> Told:
    """Return what can be said of a family in three sentences. What is about controls alone is not the question."""
    mine = [one for one in book.site.registry.claims if one.family == family.name]
    fact = family.derived.family.fact
    decided: dict[int, list[Claim]] = {0: [], 1: [], 2: []}  # by how many of the two are controls
    for one in mine:
        if one.verdict in DECIDED:
            decided[sum(book.site.is_control(fact.members.get(run, "")) for run in one.pair)].append(one)
    best = max(mine, key=lambda one: one.now.n, default=None)
    rounds = None
    if best is not None and best.now.n:
        rounds = figures.count(
            best.now.n, claim=best.id, n=best.now.n, n_eff=best.now.n_eff, surface=RESOLVED
        )
    gaps = [gap(family, one) for one in family.needed]
    dated = [one for one in gaps if one.by != NOT_IN_THIS_SEASON]
    never = [one for one in gaps if one.by == NOT_IN_THIS_SEASON]
    return Told(
        family,
        fact.level,
        tuple(decided[0]),
        tuple(decided[1]),
        rounds,
        dated[-1] if dated else None,
        never[-1] if never else None,
    )


def gap(family: Family, one: Needed) -> Gap:
    """Tell when a difference could be known."""
    registered = family.derived.family.seq
    return Gap(
        gap=Figure(one.gap, f"{one.gap:.3f}", event=registered),
        rounds=figures.count(one.rounds, event=registered),
        by=words.day(one.by) if one.by else NOT_IN_THIS_SEASON,  # type: ignore[arg-type]
    )


def since_the_start(book: Book, family: Family) -> Drawing:
    """Draw everybody's difference from the control, added up. The band of each stands on its own page."""
    control = family.derived.family.fact.control
    drawn = []
    for place in family.places:
        run = place.line.run
        if run == control or not control:
            continue
        series = family.series_plain(run, control)
        points = tuple(zip(series.rounds, series.sums, strict=True))
        version = family.derived.rules.version
        drawn.append(Line(place.line.entrant, points, book.colour(place.line.entrant), RESOLVED, version))
    return lines.lines(drawn, f"{family.title} minus the control, added up over rounds, {family.name}")


def outcomes(book: Book) -> Drawing | None:
    """Draw what became of everybody in the last rounds."""
    numbers = book.site.standings.numbers[-ROUNDS_SHOWN:]
    if not numbers:
        return None
    name = (
        "what became of every entrant in the last rounds; a low cell is a miss, a dot above it a correction"
    )
    return outcomes_of(book, numbers, name)


def outcomes_of(book: Book, numbers: Sequence[int], name: str, root: str = "") -> Drawing:
    """Draw what became of everybody in some rounds; `root` leads from the page to the site's first folder."""
    shown = set(numbers)
    rows = []
    for entrant in book.site.entrants:
        of = {
            row.round.number: row
            for row in book.site.by_entrant.get(entrant, [])
            if row.round.number in shown
        }
        rows.append((entrant, [cell(of[one], root) if one in of else None for one in numbers]))
    return heat.cells(rows, [f"round {one}" for one in numbers], name)


def cell(row: Row, root: str) -> Cell:
    """Tell an outcome as a cell."""
    status = row.outcome.status
    late = row.outcome.detail == "late"
    cause = row.outcome.cause.value if row.outcome.cause else "unknown"
    failed = status in FAILED
    kind = f"miss-{cause}" if failed else "late" if late else "well" if status is Status.VERIFIED else "open"
    words_ = f"{row.entrant}, round {row.round.number}: {row.words}" + (f" ({cause})" if failed else "")
    return Cell(kind, words_, f"{root}{addresses.round_(row.round.number)}", row.corrected is not None)
