"""Two entrants side by side, on the rounds that they share and on no other."""

from __future__ import annotations

from msgspec import structs

from nab.core.runs.runs import Run
from nab.results.claims.documents import Claim
from nab.site.charts import dots, lines
from nab.site.charts.dots import Dot
from nab.site.charts.lines import Line
from nab.site.charts.svg import Drawing
from nab.site.model.families import Family
from nab.site.model.figures import RESOLVED
from nab.site.model.pairs import SharedPair, shared_pairs
from nab.site.pages.claims import VERDICTS, now_figures
from nab.site.pages.entrants import materials
from nab.site.pages.standing import tallies
from nab.site.writing import addresses
from nab.site.writing.book import Book


def write(book: Book) -> None:
    """Write the list of pairs, and a page for each that shares a round."""
    pairs = list(shared_pairs(book.site))
    book.page("compare/index.html", "comparisons.html", "Compare", pairs=[one.names for one in pairs])
    for pair in pairs:
        write_pair(book, pair)


def write_pair(book: Book, pair: SharedPair) -> None:
    """Write the page of a pair."""
    (one, other), family, claim = pair.names, pair.family, pair.claim
    fact = family.derived.family.fact
    runs = book.site.standings.runs
    made = side_by_side(*(runs.get(run) for run in pair.runs))
    counted = tallies(book.site)
    seq = max((family.newest_score(run) for run in pair.runs), default=0)
    told = (
        structs.replace(claim, query=""),
        family.shared(*claim.pair),
        made,
        counted[one],
        counted[other],
        fact,
    )
    if book.has(addresses.compare(one, other), seq, *told):
        return
    series = family.series(*claim.pair)
    book.page(
        addresses.compare(one, other),
        "compare.html",
        f"{one} and {other}",
        seq,
        names=(one, other),
        claim=claim,
        members=fact.members,
        now=now_figures(claim),
        verdicts=VERDICTS,
        sums=drawn_sums(book, family, claim),
        each=dots.dots(
            [Dot(at, value, RESOLVED) for at, value in zip(series.rounds, series.differences, strict=True)],
            f"difference in each shared round, {claim.id}",
        ),
        made=made,
        tallies=(counted[one], counted[other]),
    )


def drawn_sums(book: Book, family: Family, claim: Claim) -> Drawing:
    """Draw the difference added up, in its band."""
    series = family.series(*claim.pair)
    members = family.derived.family.fact.members
    name = members[claim.pair[0]]
    line = Line(
        f"{name} ahead", tuple(zip(series.rounds, series.sums, strict=True)), book.colour(name), RESOLVED,
        family.derived.rules.version,
    )  # fmt: skip
    words = f"{name} minus {members[claim.pair[1]]}, {family.title}, added up over the rounds that both share"
    return lines.lines([line], words, series.band)


def side_by_side(one: Run | None, other: Run | None) -> list[tuple[str, str, str, bool]]:
    """Return what both were made of, and whether that differs."""
    both = [{part.name: part.told for part in materials(run.intended)} if run else {} for run in (one, other)]
    names = list(dict.fromkeys([*both[0], *both[1]]))
    return [
        (name, both[0].get(name, ""), both[1].get(name, ""), both[0].get(name) != both[1].get(name))
        for name in names
    ]
