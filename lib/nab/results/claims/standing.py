"""Where everybody of a family stands beside the control: a difference in its band, a rank as an interval, a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nab.core.scores.metrics import NAMED
from nab.core.text.counts import number_of
from nab.core.text.tables import table
from nab.core.windows.rounds import Round
from nab.results.claims import registry
from nab.results.claims.derived import BAND_ALPHA, FamilyDerived
from nab.results.claims.documents import NextLook
from nab.results.statistics import contrasts, overlap, sensitivity
from nab.results.statistics.contrasts import FEWEST_FOR_FLAT, Course
from nab.results.statistics.power import verdict_date
from nab.results.verdicts.looks import DECIDED, Verdict
from nab.results.verdicts.registration import Pair
from nab.results.verdicts.season import Version

TURNED = {Verdict.SUPPORTED: Verdict.REFUTED, Verdict.REFUTED: Verdict.SUPPORTED}
NOT_IN_THIS_SEASON = "not in this season"
CONTROL = "the control"


@dataclass(frozen=True)
class Line:
    """Where a run stands. Ranks are within its family, 1 the best; without a control there is no difference."""

    entrant: str
    run: str
    best: int
    worst: int
    n: int = 0
    n_eff: float = 0.0
    difference: float | None = None
    band: tuple[float, float] | None = None
    verdict: str = ""
    next_look: str = ""


def lines(one: FamilyDerived, windows: dict[int, Round]) -> list[Line]:
    """Return everybody's line. Who cannot be told apart stands in the order of names."""
    found = [line(one, run, windows) for run in one.family.fact.members]
    return sorted(found, key=lambda each: (each.best, each.worst, each.entrant, each.run))


def line(one: FamilyDerived, run: str, windows: dict[int, Round]) -> Line:
    """Return the line of a run."""
    fact = one.family.fact
    above, below = ranked(one, run)
    entrant, place = fact.members[run], (above + 1, len(fact.members) - below)
    if run == fact.control or not fact.control:
        return Line(entrant, run, *place, verdict=CONTROL if fact.control else "no control")
    numbers, d = sensitivity.complete(one.season.scores.of(run), one.season.scores.of(fact.control))
    estimate = overlap.estimate(numbers, d, one.rules.correlation)
    pair = next((pair for pair in one.rules.pairs if {*pair} == {run, fact.control}), None)
    return Line(
        entrant,
        run,
        *place,
        n=estimate.n,
        n_eff=estimate.n_eff,
        difference=estimate.mean if estimate.n else None,
        band=overlap.band(numbers, d, BAND_ALPHA / one.rules.m, one.rules.correlation),
        verdict=beside(one, pair, run) if pair else "beside the control no claim",
        next_look=look_words(one, pair, windows) if pair else "",
    )


def ranked(one: FamilyDerived, run: str) -> tuple[int, int]:
    """Return how many of a family were found better than a run, and how many worse."""
    better = worse = 0
    for pair in one.rules.pairs:
        if run not in pair:
            continue
        verdict = said_of(one.season.verdict(pair), pair, run)
        better += verdict is Verdict.REFUTED
        worse += verdict is Verdict.SUPPORTED
    return better, worse


def said_of(verdict: Verdict, pair: Pair, run: str) -> Verdict:
    """Turn what is said of a pair into what that says of one of the two."""
    return verdict if pair[0] == run else TURNED.get(verdict, verdict)


def beside(one: FamilyDerived, pair: Pair, run: str) -> str:
    """Say the verdict on a run beside the control, and by which look it was given."""
    verdict = said_of(one.season.verdict(pair), pair, run)
    words = {Verdict.SUPPORTED: "better", Verdict.REFUTED: "worse"}.get(verdict, verdict.value)
    return f"{words}, look {given_by(one.season.versions[pair])}" if verdict in DECIDED else words


def given_by(versions: list[Version]) -> int:
    """Return the look that gave a verdict."""
    return next(one.look for one in versions[-1].looks if one.rejected or one.equivalent)


def look_words(one: FamilyDerived, pair: Pair, windows: dict[int, Round]) -> str:
    """Say when a pair's next look could be."""
    found = registry.next_look(one, pair, registry.began(one, windows), registry.missed(one, pair))
    return next_look_words(found)


def next_look_words(found: NextLook | None) -> str:
    """Say when a look could be."""
    if found is None:
        return "none"
    return f"{found.by} ({found.n} rounds)" if found.by else NOT_IN_THIS_SEASON


def provisional(one: FamilyDerived) -> dict[str, int]:
    """Count the rounds in which a member has scores, and no final one, by entrant."""
    found: dict[str, set[int]] = {}
    members, known = one.family.fact.members, one.season.scores
    for record in one.material.records:
        if record.value is None or known.value(record.entrant, record.round) is not None:
            continue
        if record.entrant in members:
            found.setdefault(members[record.entrant], set()).add(record.round)
    return {entrant: len(numbers) for entrant, numbers in sorted(found.items())}


def told(one: FamilyDerived, windows: dict[int, Round]) -> str:
    """Write a family for a terminal."""
    return "\n".join(parts(one, windows))


def parts(one: FamilyDerived, windows: dict[int, Round]) -> Iterator[str]:
    """Yield the title of a family, its table, and what is in none of its figures."""
    fact, title = one.family.fact, NAMED[one.family.fact.metric].title
    rounds = f"rounds {fact.first} to {fact.last}"
    size = f"{number_of(one.rules.m, 'pair')} of {number_of(len(fact.members), 'run')}"
    yield f"{fact.family}: {rounds}, {size}, by {title}"
    if fact.groups:
        yield of_groups(one, title, windows)
    else:
        columns = ("rank", "entrant", f"{title} - control", "band", "n", "n_eff", "verdict", "next look")
        yield table(columns, [cells(each, len(fact.members)) for each in lines(one, windows)])
    yield from courses(one, list(fact.members), windows)
    if waiting := provisional(one):
        counts = ", ".join(f"{count} of {entrant}" for entrant, count in waiting.items())
        yield f"provisional, in none of these figures: rounds that are not final yet, {counts}"


def courses(one: FamilyDerived, runs: Sequence[str], windows: dict[int, Round]) -> Iterator[str]:
    """Yield how the scores of runs went beside the control's, a line each: drift, flat (P3), or what that waits for.

    Steps at promotions are not tested here: those are in the records (make question Q=plateau).
    """
    fact = one.family.fact
    if not fact.control or fact.groups:
        return
    for run in sorted(runs, key=lambda each: (fact.members.get(each, ""), each)):
        if run != fact.control:
            yield f"course of {fact.members.get(run, run)} beside the control: {course(one, run, windows)}"


def course(one: FamilyDerived, run: str, windows: dict[int, Round]) -> str:
    """Say how a run's scores went, by the last scheduled look that is reached. It is exploratory: no verdict."""
    numbers, d = sensitivity.complete(
        one.season.scores.of(run), one.season.scores.of(one.family.fact.control)
    )
    reached, found = contrasts.at_look(numbers, d, one.rules.looks)
    if found is None:
        due = by_date(one, numbers, one.rules.looks[0], windows)
        return f"{Course.NOT_YET}: {len(numbers)} final rounds, looked at from {one.rules.looks[0]} on, {due}"
    told = f"{found.course} at the look of {reached} rounds: {contrasts.words(found)}"
    if found.course is Course.NOT_YET:
        due = by_date(one, numbers, FEWEST_FOR_FLAT, windows)
        return f"{told}; flat cannot be shown before {FEWEST_FOR_FLAT} rounds, {due}"
    return told


def by_date(one: FamilyDerived, numbers: Sequence[int], wanted: int, windows: dict[int, Round]) -> str:
    """Say when so many rounds could be final for a run and the control."""
    miss = registry.share_missed(one, numbers)
    if one.season.ended or wanted > (one.rules.last - one.rules.first + 1) * (1 - miss):
        return NOT_IN_THIS_SEASON
    return f"by {verdict_date(registry.began(one, windows), wanted, miss)}"


def of_groups(one: FamilyDerived, title: str, windows: dict[int, Round]) -> str:
    """Write a family of two groups."""
    rows = []
    for pair in one.rules.pairs:
        now = one.now(pair)
        cells = (number(now.estimate), interval(now.band), str(now.n), f"{now.n_eff:.1f}")
        verdict = one.season.verdict(pair).value
        rows.append((" above ".join(pair), *cells, verdict, look_words(one, pair, windows)))
    return table(("claim", f"{title}, difference", "band", "n", "n_eff", "verdict", "next look"), rows)


def cells(one: Line, of: int) -> tuple[str, ...]:
    """Return the cells of a line."""
    rank = f"{one.best} of {of}" if one.best == one.worst else f"{one.best}-{one.worst} of {of}"
    if not one.n:
        return rank, one.entrant, "", "", "", "", one.verdict, one.next_look
    figures = (number(one.difference), interval(one.band), str(one.n), f"{one.n_eff:.1f}")
    return rank, one.entrant, *figures, one.verdict, one.next_look


def number(value: float | None) -> str:
    """Write a difference with its sign and four digits."""
    return "" if value is None else f"{value:+.4f}"


def interval(found: tuple[float, float] | None) -> str:
    """Write an interval."""
    return f"from {overlap.FEWEST_OF_BAND} rounds" if found is None else f"{found[0]:+.4f} to {found[1]:+.4f}"
