"""P, how an agent works, and O, what comes of it: two figures of parts that are all on record, and never one of both.

Speed is P's first part, as the original defines it; the rest is ours. While a part is pending so is its figure, and
nothing shows a speed without a verified submission: there is no such value.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

import msgspec

from nab.results.questions.answer import Answer, Kind, count, distinct
from nab.results.questions.studied import Owed, Studied
from nab.results.questions.working import MISSED, VERIFIED
from nab.results.statistics import overlap

WEIGHTS = {"S": 0.30, "R": 0.20, "Q": 0.25, "B": 0.25}
SLOWEST, SPAN = 24.0, 23.5  # hours
MOST_READ, KINDS_READ = 20, ("docs", "forum", "papers", "scaffold", "code-host")
FINAL_ROUNDS = 20
OF_SCORES, OF_TIME = 0.75, 0.25
AGENTS = frozenset({"agent", "unknown", ""})
INTERRUPTIONS = frozenset({"crash", "out_of_memory", "killed", "empty_turn", "context_overflow"})


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of P: its value, None while it is pending, and what it rests on."""

    name: str
    value: float | None
    says: str
    evidence: tuple[str, ...] = ()


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of the programs in the tree of the first verified submission; shares from 0 to 1."""

    commit: str
    lines: int
    violations: int
    simple: float
    duplicated: float
    hygiene: float

    @property
    def value(self) -> float:
        """The mean of the four; violations are counted per ten lines."""
        clean = max(0.0, 1 - self.violations / (self.lines / 10)) if self.lines else 0.0
        return fsum((clean, self.simple, 1 - self.duplicated, self.hygiene)) / 4


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """P and its parts."""

    value: float | None
    parts: tuple[Part, ...]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """O, with its interval, how many rounds it rests on and what those are worth; None while it is pending."""

    value: float | None
    lo: float | None = None
    hi: float | None = None
    n: int = 0
    n_eff: float = 0.0
    on_time: float | None = None
    evidence: tuple[str, ...] = ()


def process(one: Studied, quality: Quality | None) -> Process:
    """Return P."""
    parts = (speed(one), reliability(one), quality_part(quality), research(one))
    known = [(WEIGHTS[part.name], part.value) for part in parts if part.value is not None]
    whole = fsum(weight * value for weight, value in known) if len(known) == len(parts) else None
    return Process(value=whole, parts=parts)


def speed(one: Studied) -> Part:
    """S: from working hours to the first artifact that was later verified."""
    at = one.told.artifact_at
    if at is None:
        return Part(name="S", value=None, says="no submission is verified yet")
    if not one.run.sessions:
        return Part(name="S", value=None, says="when its program ran is not on record")
    hours = one.worked(at) / 3600
    value = min(1.0, max(0.0, (SLOWEST - hours) / SPAN))
    return Part(name="S", value=value, says=f"{hours:.1f} working hours", evidence=one.told.artifact)


def reliability(one: Studied) -> Part:
    """R: verified rounds of those owed, and interruptions that were got over; the first alone without any."""
    owed = [
        each
        for each in one.told.owed
        if each.status == VERIFIED or (each.status == MISSED and each.cause in AGENTS)
    ]
    broken = [each for each in one.told.ended if each.ending in INTERRUPTIONS]
    if not owed:
        return Part(name="R", value=None, says="no round is decided yet")
    verified = sum(each.status == VERIFIED for each in owed)
    value, says = verified / len(owed), f"{verified} of {count(len(owed), 'round')} verified"
    if broken:
        recovered = sum(each.recovered for each in broken)
        value = (value + recovered / len(broken)) / 2
        says += f", {recovered} of {count(len(broken), 'interruption')} got over"
    evidence = distinct([*(place for each in owed for place in each.evidence), *(each.id for each in broken)])
    return Part(name="R", value=value, says=says, evidence=evidence)


def quality_part(found: Quality | None) -> Part:
    """Q: of the programs that were submitted."""
    if found is None:
        return Part(name="Q", value=None, says="no Python was measured in the tree of a verified submission")
    says = (
        f"{found.violations} violations in {found.lines} lines, {found.simple:.2f} of functions simple, "
        f"{found.duplicated:.2f} of lines duplicated, hygiene {found.hygiene:.2f}"
    )
    return Part(name="Q", value=found.value, says=says, evidence=(found.commit,))


def research(one: Studied) -> Part:
    """B: different documents read before the first submission, and how many kinds of places they came from."""
    first = one.run.submissions[0].at if one.run.submissions else None
    if first is None:
        return Part(name="B", value=None, says="nothing is submitted yet")
    read = [each for each in one.run.fetched if each.at <= first and each.category in KINDS_READ]
    different = {each.sha256 or each.id for each in read}
    kinds = {each.category for each in read}
    value = 0.5 * min(1.0, len(different) / MOST_READ) + 0.5 * len(kinds) / len(KINDS_READ)
    says = f"{count(len(different), 'document')} of {count(len(kinds), 'kind')} before the first submission"
    return Part(name="B", value=value, says=says, evidence=distinct(each.id for each in read))


def outcome(owed: Sequence[Owed]) -> Outcome:
    """Return O: the mean percentile of final rounds and the share on time, but for rounds that we or Numerai lost."""
    mine = [each for each in owed if not (each.status == MISSED and each.cause not in AGENTS)]
    final = sorted(
        ((each.round, each.percentile) for each in mine if each.percentile is not None),
        key=lambda pair: pair[0],
    )
    decided = [each for each in mine if each.status in (VERIFIED, MISSED)]
    on_time = sum(each.on_time for each in decided) / len(decided) if decided else None
    if len(final) < FINAL_ROUNDS or on_time is None:
        return Outcome(value=None, n=len(final), on_time=on_time)
    rounds, values = [number for number, _ in final], [value for _, value in final]
    found = overlap.estimate(rounds, values)
    lo, hi = found.interval(0.05)
    evidence = distinct(place for each in mine for place in each.evidence)
    return Outcome(
        value=OF_SCORES * found.mean + OF_TIME * on_time,
        lo=OF_SCORES * max(0.0, lo) + OF_TIME * on_time,
        hi=OF_SCORES * min(1.0, hi) + OF_TIME * on_time,
        n=found.n,
        n_eff=found.n_eff,
        on_time=on_time,
        evidence=evidence,
    )


def answer(one: Studied, quality: Quality | None) -> Answer:
    """Tell P and O of a run, apart."""
    p, o = process(one, quality), outcome(one.told.owed)
    pending = [part.name for part in p.parts if part.value is None]
    of_p = f"P is {p.value:.3f}" if p.value is not None else f"P is pending ({', '.join(pending)})"
    of_o = (
        f"O is {o.value:.3f}"
        if o.value is not None
        else f"O is pending ({o.n} of {FINAL_ROUNDS} final rounds)"
    )
    interval = (
        f"O {o.lo:.3f} to {o.hi:.3f}, {o.n} rounds worth {o.n_eff:.1f} independent ones"
        if o.value is not None
        else "O has no interval yet"
    )
    return Answer(
        question="points",
        about=one.entrant,
        run=one.run.run,
        kind=Kind.DESCRIPTIVE,
        verdict="pending" if p.value is None or o.value is None else "told",
        line=f"{of_p}; {of_o}",
        sure=f"{interval}; P and O are never added",
        why=tuple(told(part) for part in p.parts),
        evidence=distinct([*(place for part in p.parts for place in part.evidence), *o.evidence]),
    )  # fmt: skip


def told(part: Part) -> str:
    """Tell a part; one that is pending has no figure."""
    figure = "pending" if part.value is None else f"{part.value:.3f}"
    return f"{part.name} {figure} (weight {WEIGHTS[part.name]:g}): {part.says}"
