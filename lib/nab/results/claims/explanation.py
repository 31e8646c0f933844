"""One claim in plain words, and all of them in a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from nab.core.facts import Excluded
from nab.core.text.tables import table
from nab.results.claims.documents import Claim, FamilyTold, HistoryLine, LookTold, Registry, VersionTold
from nab.results.claims.standing import NOT_IN_THIS_SEASON, interval, next_look_words, number
from nab.results.statistics.sensitivity import Row

SAYS = {"+": "the first is better", "-": "the second is better", "=": "equivalent", "?": "open"}
VERDICTS = {
    "supported": "It is supported: a difference this large is not chance, at the look's share of the family's .05.",
    "refuted": "It is refuted: the other one scored higher, and that is not chance.",
    "equivalent": "The two are equivalent: whatever the difference is, it is smaller than delta.",
    "not yet": "Nothing can be said yet.",
    "withdrawn": "The verdict that was given is withdrawn: a correction took it away.",
}


def explained(one: Claim, family: FamilyTold, courses: Sequence[str] = ()) -> str:
    """Tell a claim to a person; `courses` are lines on how the scores of its runs went."""
    return "\n".join(sentences(one, family, courses))


def sentences(one: Claim, family: FamilyTold, courses: Sequence[str] = ()) -> Iterator[str]:
    """Yield what there is to say of a claim."""
    yield f"{one.id}: {one.statement}"
    yield ""
    yield VERDICTS[one.verdict]
    yield (
        f"Registered by event {family.seq} ({family.known}), before its first score, as one of {family.m} "
        f"in family {family.name}; delta is {family.delta:g}."
    )
    if one.current is not None:
        yield from of_version(one.current, family)
    yield from of_now(one)
    yield from (f"{line[0].upper()}{line[1:]}." for line in courses)
    yield from of_dates(one)
    if one.history:
        yield ""
        yield table(
            ("version", "as of", "known", "look", "verdict", "because of", "on record"), rows(one.history)
        )
    yield ""
    yield f"Its scores: {one.query}."


def of_version(version: VersionTold, family: FamilyTold) -> Iterator[str]:
    """Yield what a look said."""
    for look in version.looks:
        rests = (
            " (the verdict rests on it)" if look.look == version.look and version.verdict != "not yet" else ""
        )
        yield f"Look {look.look}{rests}: {figures(look, family)}"
    decided = next(one for one in version.looks if one.look == version.look)
    if decided.rejected and decided.equivalent:
        yield "The difference is real and smaller than delta."
    if version.excluded:
        yield f"Left out, for one of the two has no score in it: {causes(version.excluded)}."
    if version.late:
        yield f"Late, and counted: rounds {', '.join(map(str, version.late))}."
    yield f"Asked in other ways: {version.agreement}."
    yield table(("asked by", "interval", "says", "agrees"), [asked(row) for row in version.sensitivity])


def asked(row: Row) -> tuple[str, ...]:
    """Return the cells of a row of the sensitivity panel; one that is not asked yet says what it waits for."""
    if row.lo is None or row.hi is None:
        return row.name, "", f"not counted: {row.waits_for}", ""
    return row.name, interval((row.lo, row.hi)), SAYS[row.says], "yes" if row.agrees else "no"


def figures(look: LookTold, family: FamilyTold) -> str:
    """Write the figures of a look."""
    return (
        f"{look.n} shared rounds, worth {look.n_eff:.1f} independent ones; difference {number(look.estimate)}, "
        f"among the {family.m} pairs {interval(look.interval)}, this pair alone, at this look "
        f"{interval(look.alone)}; p {look.p:.3g}, after Holm {look.p_holm:.3g}, alpha {look.alpha:g}."
    )


def causes(excluded: tuple[Excluded, ...]) -> str:
    """Count the rounds that are left out, by whose doing that was."""
    found = Counter(f"{one.cause or 'no cause known'} ({one.reason})" for one in excluded)
    return "; ".join(f"{count} by {words}" for words, count in sorted(found.items()))


def of_now(one: Claim) -> Iterator[str]:
    """Yield where the pair stands between looks."""
    now = one.now
    if not now.n:
        yield "No round is final for both yet."
        return
    band = f"The band is {interval(now.band)}" if now.band else f"A band is shown {interval(None)} on"
    yield (
        f"Now: {now.n} shared rounds, worth {now.n_eff:.1f} independent ones, difference {number(now.estimate)}. "
        f"{band}; between looks nothing is decided."
    )


def of_dates(one: Claim) -> Iterator[str]:
    """Yield when more could be known."""
    yield f"Next look: {next_look_words(one.next_look)}."
    for gap in one.needed:
        by = f"could be known by {gap.by}" if gap.by else NOT_IN_THIS_SEASON
        yield f"A true difference of {gap.gap:g}: {by} ({gap.rounds} shared rounds)."


def rows(history: tuple[HistoryLine, ...]) -> list[tuple[str, ...]]:
    """Return the cells of a history."""
    return [
        (
            str(one.version),
            str(one.upto),
            one.known,
            str(one.look),
            one.verdict,
            ", ".join(one.causes),
            ", ".join(str(each.seq) for each in one.recorded) or "no",
        )
        for one in history
    ]


def listed(found: Registry) -> str:
    """Write all claims, a line each."""
    if not found.claims:
        return f"no claims as of event {found.seq}: no family is registered (docs/claims.md)"
    cells = [
        (
            one.id,
            " > ".join(members(found, one)),
            one.verdict,
            str(one.now.n),
            f"{one.now.n_eff:.1f}",
            str(one.version),
            next_look_words(one.next_look),
        )
        for one in found.claims
    ]
    families = len(found.families)
    return (
        table(("claim", "says", "verdict", "n", "n_eff", "version", "next look"), cells)
        + f"\n\nas of event {found.seq}, {found.as_of}; {families} "
        + ("family, wrong once in twenty" if families == 1 else "families, each wrong once in twenty")
    )


def members(found: Registry, one: Claim) -> tuple[str, ...]:
    """Return the entrants that a claim is about, or the groups."""
    family = next(each for each in found.families if each.name == one.family)
    return tuple(family.members.get(side, side) for side in one.pair)
