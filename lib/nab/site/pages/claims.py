"""Claims: all of them, each as it stands, and every version of each as it was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import structs

from nab.core.facts import ClaimRegistered, Excluded
from nab.results.claims import registry as registries
from nab.results.claims.derived import Hypothesis, resting
from nab.results.claims.documents import Claim, HistoryLine, LookTold, VersionTold
from nab.results.statistics.sensitivity import Row
from nab.site.charts import dots, intervals, lines
from nab.site.charts.dots import Dot
from nab.site.charts.intervals import Interval
from nab.site.charts.lines import Line
from nab.site.charts.svg import Drawing
from nab.site.model import figures
from nab.site.model.families import Family
from nab.site.model.figures import RESOLVED, Figure
from nab.site.writing import addresses
from nab.site.writing.book import Book

VERDICTS = {
    "supported": "Supported: a difference this large is not chance.",
    "refuted": "Refuted: the other one scored higher, and that is not chance.",
    "equivalent": "Equivalent: whatever the difference is, it is smaller than what was registered as no difference.",
    "not yet": "Not yet: nothing can be said of which is better.",
    "withdrawn": "Withdrawn: a correction took the verdict away.",
}


def write(book: Book) -> None:
    """Write the list, every claim and every version."""
    site = book.site
    families = {one.name: one for one in site.families}
    told = {one.name: one for one in site.registry.families}
    hypotheses = {one.claim: one for one in site.derived.claims()}
    book.page(
        "claims/index.html",
        "claims.html",
        "Claims",
        families=[(told[name], [one for one in site.registry.claims if one.family == name]) for name in told],
        verdicts=VERDICTS,
        figure=now_figures,
    )
    for one in site.registry.claims:
        family = families[one.family]
        write_claim(book, one, family, hypotheses[one.id])


def write_claim(book: Book, one: Claim, family: Family, hypothesis: Hypothesis) -> None:
    """Write a claim and its versions."""
    fact = family.derived.family.fact
    names = tuple(fact.members.get(side, side) for side in one.pair)
    versions = family.derived.season.versions[hypothesis.pair]
    shared = {
        "claim": one,
        "family": registries.family_told(family.derived),
        "names": names,
        "verdicts": VERDICTS,
        "members": fact.members,
        "look": look_figures,
        "causes": causes,
        "way": way_figures,
    }
    newest = max((family.newest_score(run) for run in family.derived.runs(one.pair)), default=0)
    seq = max([family.derived.family.seq, newest, *(version.seq for version in versions)])
    # nothing of theirs came after it
    told = structs.replace(one, query=one.query.replace(f"seq {book.site.upto} or", f"seq {seq} or"))
    rounds = with_a_page(book, fact)
    differs = None if fact.groups else family.shared(*one.pair)
    if not book.has(addresses.claim(one.id), seq, told, fact, differs, looks_taken(family, one), rounds):
        write_present(book, told, family, seq, shared)
    for number, version in enumerate(versions, start=1):
        line, path = one.history[number - 1], addresses.claim(one.id, number)
        # what it says is worked out from the log up to it alone
        if not book.has(path, line, fact, len(versions), rounds_upto(rounds, resting(version).last_round)):
            in_full = book.site.derived.told(one.id, hypothesis.family, version)
            write_version(book, in_full, line, path, {"rests": resting(version).look, **shared})


def with_a_page(book: Book, fact: ClaimRegistered) -> list[int]:
    """Return the rounds of a season that have a page: what is left out of a claim leads there."""
    return [number for number in range(fact.first, fact.last + 1) if number in book.site.by_round]


def rounds_upto(rounds: Sequence[int], last: int) -> int:
    """Count rounds up to one: none of them goes, so that as many are the same."""
    return sum(number <= last for number in rounds)


def write_version(
    book: Book, told: VersionTold, line: HistoryLine, path: str, shared: dict[str, Any]
) -> None:
    """Write a version of a claim as it was told."""
    claim, number = shared["claim"], line.version
    book.page(
        path,
        "version.html",
        f"{claim.id}, version {number}",
        told.upto,
        version=told,
        number=number,
        newest=claim.version,
        line=line,
        forest=forest(told, claim.id),
        **shared,
    )


def write_present(book: Book, one: Claim, family: Family, seq: int, shared: Mapping[str, Any]) -> None:
    """Write a claim as it stands."""
    fact, names = family.derived.family.fact, shared["names"]
    book.page(
        addresses.claim(one.id),
        "claim.html",
        f"{names[0]} above {names[1]}",
        seq,
        query=one.query,
        current=one.current,
        now=now_figures(one),
        forest=forest(one.current, one.id) if one.current else None,
        sums=None if fact.groups else sums(book, family, one),
        differences=None if fact.groups else each_round(book, family, one),
        **shared,
    )


def now_figures(one: Claim) -> dict[str, Figure | None]:
    """Return where a claim's pair stands, as figures."""
    now = one.now
    more = {"claim": one.id, "n": now.n, "n_eff": now.n_eff, "surface": RESOLVED}
    found: dict[str, Figure | None] = dict.fromkeys(("mean", "low", "high"))
    found |= {
        "n": figures.count(now.n, **more, key=f"n:{one.id}"),
        "n_eff": figures.decimal(now.n_eff, **more, key=f"n_eff:{one.id}"),
    }
    if now.estimate is not None:
        found["mean"] = figures.signed(now.estimate, **more, mean=True)
    if now.band is not None:
        found["low"], found["high"] = (figures.signed(end, **more) for end in now.band)
    return found


def look_figures(claim: str, one: LookTold) -> dict[str, Figure]:
    """Return a look's figures."""
    more = {"claim": claim, "n": one.n, "n_eff": one.n_eff, "surface": RESOLVED}
    return {
        "look": figures.count(one.look, **more),
        "n": figures.count(one.n, **more),
        "n_eff": figures.decimal(one.n_eff, **more),
        "last_round": Figure(one.last_round, str(one.last_round), **more),  # type: ignore[arg-type]
        "mean": figures.signed(one.estimate, **more, mean=True),
        "low": figures.signed(one.interval[0], **more),
        "high": figures.signed(one.interval[1], **more),
        "alone_low": figures.signed(one.alone[0], **more),
        "alone_high": figures.signed(one.alone[1], **more),
        "p": Figure(one.p, f"{one.p:.3g}", **more),  # type: ignore[arg-type]
        "p_holm": Figure(one.p_holm, f"{one.p_holm:.3g}", **more),  # type: ignore[arg-type]
        "alpha": Figure(one.alpha, f"{one.alpha:g}", **more),  # type: ignore[arg-type]
    }


def way_figures(version: VersionTold, row: Row) -> tuple[Figure, Figure] | None:
    """Return the interval of another way to ask."""
    if row.lo is None or row.hi is None:
        return None
    more = {"claim": version.claim, "surface": RESOLVED}
    return figures.signed(row.lo, **more), figures.signed(row.hi, **more)


def forest(version: VersionTold, claim: str) -> Drawing:
    """Draw a pair at each look: the interval among the family, and that of this pair alone inside it."""
    rows = [
        Interval(f"look {one.look}, {one.n} rounds", one.estimate, *one.alone, "c0", one.interval, RESOLVED)
        for one in version.looks
    ]
    return intervals.forest(
        rows, f"{claim} at each look: thick, this pair alone; thin, among all pairs of the family"
    )


def sums(book: Book, family: Family, one: Claim) -> Drawing | None:
    """Draw the difference added up, in the band that holds at every round at once."""
    series = family.series(*one.pair)
    if not series.rounds:
        return None
    name = family.derived.family.fact.members.get(one.pair[0], one.pair[0])
    points = tuple(zip(series.rounds, series.sums, strict=True))
    line = Line(name, points, book.colour(name), RESOLVED, family.derived.rules.version)
    words = (
        f"{one.id}: {family.title}, difference added up; inside the grey band nothing can be said at any time"
    )
    return lines.lines([line], words, series.band, looks_taken(family, one))


def looks_taken(family: Family, one: Claim) -> list[tuple[int, str]]:
    """Return at which rounds looks were taken."""
    taken = family.derived.season.shared[one.pair].taken
    return [(last, f"look {number}") for number, (_, last) in enumerate(taken, start=1)]


def each_round(book: Book, family: Family, one: Claim) -> Drawing | None:
    """Draw every shared round's difference."""
    numbers, d = family.shared(*one.pair)
    if not numbers:
        return None
    found = [Dot(number, value, RESOLVED) for number, value in zip(numbers, d, strict=True)]
    name = family.derived.family.fact.members.get(one.pair[0], one.pair[0])
    return dots.dots(found, f"{one.id}: difference in each shared round", book.colour(name))


def causes(excluded: tuple[Excluded, ...]) -> list[tuple[str, list[Excluded]]]:
    """Sort the rounds that are left out by whose doing that was, ours first."""
    order = ("harness", "numerai", "agent", "unknown", "")
    found = [(cause or "not known yet", [one for one in excluded if one.cause == cause]) for cause in order]
    return [(cause, rows) for cause, rows in found if rows]
