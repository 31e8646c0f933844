"""The registry as of any place in the log: every claim, where it stands, and what was said of it before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest

from nab.core.claims import families as core_families
from nab.core.claims.told import Told
from nab.core.log.events import Event, newest
from nab.core.runs.enrolments import enrolments
from nab.core.scores.metrics import NAMED
from nab.core.text import times
from nab.core.windows import rounds
from nab.results.claims.derived import Derived, FamilyDerived, Hypothesis
from nab.results.claims.documents import (
    Claim,
    FamilyTold,
    HistoryLine,
    Needed,
    NextLook,
    Recorded,
    Registry,
)
from nab.results.statistics import overlap
from nab.results.verdicts import dates
from nab.results.verdicts.dates import TYPICAL_SD
from nab.results.verdicts.registration import Pair

PRIMARY = "primary"


def registry(derived: Derived, head: str = "") -> Registry:
    """Return the registry as of the derivation's end. `head` is the hash of its last event's line."""
    events, upto = derived.events, derived.upto
    said = derived.said
    windows = rounds.seen(events[:upto])
    number = next_round(windows)
    known = {name: one.family for name, one in derived.families.items()}
    derived.tell_in_order(lambda one, version: version is one.family.season.versions[one.pair][-1])
    return Registry(
        seq=upto,
        as_of=newest(events, upto).known if upto else "",
        head=head,
        families=tuple(map(family_told, derived.families.values())),
        claims=tuple(claim_told(derived, said, windows, one) for one in derived.claims()),
        alone=core_families.in_none(known, enrolments(events[:upto]), number),
    )


def next_round(windows: dict[int, rounds.Round]) -> int:
    """Return the number of the round after all that were seen."""
    return max(windows, default=0) + 1


def family_told(one: FamilyDerived) -> FamilyTold:
    """Tell a family."""
    fact, rules = one.family.fact, one.rules
    return FamilyTold(
        name=one.family.name,
        level=fact.level,
        seq=one.family.seq,
        known=one.family.known,
        first=fact.first,
        last=fact.last,
        metric=fact.metric,
        version=rules.version,
        ends=rules.ends,
        m=rules.m,
        delta=fact.delta,
        looks=fact.looks,
        alphas=fact.alphas,
        members=fact.members,
        groups=fact.groups,
        control=fact.control,
        commit=fact.commit,
        lock_sha256=fact.lock_sha256,
    )


def claim(derived: Derived, name: str) -> Claim | None:
    """Tell one claim in full: with what gaps need, which takes a while. None where there is no such claim."""
    upto = derived.upto
    said, windows = derived.said, rounds.seen(derived.events[:upto])
    found = next((one for one in derived.claims() if one.claim == name), None)
    return claim_told(derived, said, windows, found, in_full=True) if found else None


def claim_told(
    derived: Derived,
    said: Told,
    windows: dict[int, rounds.Round],
    hypothesis: Hypothesis,
    *,
    in_full: bool = False,
) -> Claim:
    """Tell a claim as of the derivation's end."""
    name, one, pair = hypothesis
    versions = one.season.versions[pair]
    current = derived.told(name, one, versions[-1]) if versions else None
    start, miss = began(one, windows), missed(one, pair)
    return Claim(
        id=name,
        family=one.family.name,
        kind=PRIMARY,
        statement=statement(one, pair),
        pair=pair,
        verdict=one.season.verdict(pair).value,
        version=len(versions),
        current=current,
        now=one.now(pair),
        next_look=next_look(one, pair, start, miss),
        needed=tuple(needed(one, pair, start, miss)) if in_full else (),
        history=tuple(history(derived, said, hypothesis)),
        query=query(derived, one, pair),
    )


def history(derived: Derived, said: Told, hypothesis: Hypothesis) -> Iterator[HistoryLine]:
    """Tell the versions of a claim, each with where it is on record."""
    name, one, pair = hypothesis
    versions = one.season.versions[pair]
    for number, (version, after) in enumerate(zip_longest(versions, versions[1:]), start=1):
        recorded = [
            Recorded(
                seq=word.seq,
                known=word.known,
                sha256=word.fact.sha256,
                commit=word.fact.commit,
                lock_sha256=word.fact.lock_sha256,
            )
            for word in said.looked.get(name, [])
            if word.fact.upto == version.seq
        ]
        yield HistoryLine(
            version=number,
            upto=version.seq,
            known=newest(derived.events, version.seq).known,
            look=version.looks[-1].look,
            verdict=version.verdict.value,
            causes=tuple(cause.value for cause in version.causes),
            superseded_by=after.seq if after else None,
            recorded=tuple(recorded),
        )


def statement(one: FamilyDerived, pair: Pair) -> str:
    """Say what a claim claims. It is about runs, never about agents."""
    fact, title = one.family.fact, NAMED[one.family.fact.metric].title
    over = f"mean {title} over the rounds of {fact.first} to {fact.last} in which both have a final score"
    if fact.groups:
        a, b = (f"these runs at {side} ({', '.join(fact.groups[side])})" for side in pair)
        return f"On average {a} scored above {b} in {over.replace('both have', 'all of them have')}."
    a, b = (f"this run of {fact.members.get(run, '?')} ({run})" for run in pair)
    return f"{a[0].upper()}{a[1:]} scored above {b} in {over}."


def query(derived: Derived, one: FamilyDerived, pair: Pair) -> str:
    """Say how the scores of a claim are read from the log."""
    fact = one.family.fact
    version = f", version {one.rules.version}" if one.rules.version else ""
    runs = " and ".join(one.runs(pair))
    return (
        f"score.seen of {fact.metric}{version}, round {fact.first} to {fact.last}, day {fact.horizon} or later, "
        f"value not null, seq {derived.upto} or before, of {runs}: a round's is that of the greatest (day, seq)"
    )


def began(one: FamilyDerived, windows: dict[int, rounds.Round]) -> date:
    """Return when a season began: its first round opened, or where that is not told yet, it was registered."""
    window = windows.get(one.rules.first)
    opened: datetime = window.opens if window else times.parse(one.family.known)
    return opened.date()


def missed(one: FamilyDerived, pair: Pair) -> float:
    """Return the share of rounds so far that a pair does not share; below .9, for a date has to be."""
    return share_missed(one, one.season.shared[pair].order)


def share_missed(one: FamilyDerived, numbers: Sequence[int]) -> float:
    """Return the share of rounds so far that are not among those that are shared; below .9, too."""
    if not numbers:
        return 0.0
    return min(0.9, 1 - len(numbers) / (numbers[-1] - one.rules.first + 1))


def next_look(one: FamilyDerived, pair: Pair, start: date, miss: float) -> NextLook | None:
    """Return a pair's next look; none after the last, or once the season is over."""
    taken = len(one.season.shared[pair].taken)
    seen = one.rules.looks[taken - 1] if taken else 0
    found = None if one.season.ended else dates.next_look(one.rules, start, seen, miss)
    if found is None:
        return None
    due, by = found
    reached = due <= (one.rules.last - one.rules.first + 1) * (1 - miss)
    return NextLook(n=due, by=by if reached else None)


def needed(one: FamilyDerived, pair: Pair, start: date, miss: float) -> Iterator[Needed]:
    """Tell what gaps need, by the pair's own spread once it has had a look."""
    numbers, d = one.shared(pair)
    enough = len(numbers) >= one.rules.looks[0]
    sd = overlap.round_sd(numbers, d, one.rules.correlation) if enough else TYPICAL_SD
    for found in dates.enough(one.rules, start, sd, miss):
        yield Needed(gap=found.gap, rounds=found.rounds, by=found.by)


def as_of(events: Sequence[Event], upto: int | None) -> Derived:
    """Derive all claims as of a seq; as of the log's end where none is given."""
    last = events[-1].seq if events else 0
    return Derived(events, last if upto is None else min(upto, last))
