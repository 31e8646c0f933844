"""Every claim derived anew from the log: seasons folded, and a version of a claim told in full when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

import msgspec

from nab.core.claims import families as core_families
from nab.core.claims import told as core_told
from nab.core.claims.families import Family
from nab.core.claims.told import Told
from nab.core.log.events import Event, newest
from nab.results.claims import rounds
from nab.results.claims.documents import (
    Between,
    LookTold,
    VersionTold,
    both,
    data_sha256,
    rounded,
    sha256,
)
from nab.results.claims.material import Holders, Material, gathered
from nab.results.claims.rounds import Pasts
from nab.results.claims.versions import counted
from nab.results.statistics import overlap, sensitivity
from nab.results.statistics.increments import FEWEST_MODELS
from nab.results.verdicts import scores, season
from nab.results.verdicts.groups import pooled
from nab.results.verdicts.looks import Look
from nab.results.verdicts.registration import Pair, Record, Registration
from nab.results.verdicts.scores import Scores
from nab.results.verdicts.season import Season, Version

WAITS_FOR = f"the days of {FEWEST_MODELS} public models, not looked at yet"
BAND_ALPHA = 0.05  # of a family


@dataclass
class FamilyDerived:
    """A family, its season as of the derivation's end, and what it was folded from."""

    family: Family
    material: Material
    rules: Registration
    records: list[Record]
    season: Season

    def id(self, pair: Pair) -> str:
        """Name a claim: its family and its place in it."""
        return f"{self.family.name}.{1 + self.rules.pairs.index(pair)}"

    def runs(self, pair: Pair) -> list[str]:
        """Return the runs that a pair is about."""
        groups = self.family.fact.groups
        return [run for side in pair for run in groups.get(side, (side,))]

    def shared(self, pair: Pair) -> tuple[list[int], list[float]]:
        """Return the rounds that a pair shares now, and its differences."""
        shared = self.season.shared[pair]
        return shared.upto(shared.order[-1]) if shared.order else ([], [])

    def by_other_versions(self, upto: int) -> dict[tuple[int, str], str]:
        """Return the rounds and runs that had a final score by another scoring version than the registered one."""
        told = (one for one in self.otherwise if one.seq <= upto)
        return {(one.round, one.entrant): one.version or "(none named)" for one in told}

    @cached_property
    def otherwise(self) -> list[Record]:
        """The final scores by another scoring version than the registered one."""
        version = self.rules.version
        return [one for one in self.material.final if one.value is not None and one.version != version]

    def now(self, pair: Pair) -> Between:
        """Tell where a pair stands."""
        numbers, d = self.shared(pair)
        one = overlap.estimate(numbers, d, self.rules.correlation)
        band = overlap.band(numbers, d, BAND_ALPHA / self.rules.m, self.rules.correlation)
        return Between(
            n=one.n,
            n_eff=rounded(one.n_eff),
            estimate=rounded(one.mean) if one.n else None,
            band=both(*band) if band else None,
        )


class Hypothesis(NamedTuple):
    """A claim by its name: a pair of a family."""

    claim: str
    family: FamilyDerived
    pair: Pair


@dataclass
class Derived:
    """All families as of a seq. What was said of an earlier place is the same as it was derived there."""

    events: Sequence[Event]
    upto: int
    known_scores: dict[tuple[str, int], Scores] = field(default_factory=dict)
    versions: dict[tuple[str, int], VersionTold] = field(default_factory=dict)

    @cached_property
    def gathered(self) -> tuple[dict[str, Material], Holders]:
        """The material of all families, in one pass."""
        return gathered(core_families.families(self.events, self.upto), self.events, self.upto)

    @cached_property
    def families(self) -> dict[str, FamilyDerived]:
        """Fold the seasons."""
        found = {}
        for name, material in self.gathered[0].items():
            rules, records = material.registration, material.told
            season_of = season.fold(rules, records, self.upto)
            found[name] = one = FamilyDerived(material.family, material, rules, records, season_of)
            for pair, versions in season_of.versions.items():
                on_record = {word.fact.upto for word in self.said.looked.get(one.id(pair), [])}
                season_of.versions[pair] = counted(versions, on_record)
        return found

    @cached_property
    def said(self) -> Told:
        """What is on record of claims."""
        return core_told.told(self.events, self.upto)

    def claims(self) -> Iterator[Hypothesis]:
        """Yield every claim with its family, in order."""
        for one in self.families.values():
            for pair in one.rules.pairs:
                yield Hypothesis(one.id(pair), one, pair)

    @cached_property
    def pasts(self) -> Pasts:
        """What was known of outcomes, as of any seq."""
        return Pasts(self.events, self.gathered[1].evidence)

    def scores(self, one: FamilyDerived, upto: int) -> Scores:
        """Return a family's scores as of a seq."""
        place = one.family.name, upto
        if place not in self.known_scores:
            self.known_scores[place] = scores.scores(one.rules, one.records, upto)
        return self.known_scores[place]

    def tell_in_order(self, wanted: Callable[[Hypothesis, Version], bool]) -> None:
        """Tell the versions that are wanted, in the order of the log: so what was known is gathered once."""
        due = [
            (version.seq, one, version)
            for one in self.claims()
            for version in one.family.season.versions[one.pair]
            if wanted(one, version)
        ]
        for _, one, version in sorted(due, key=itemgetter(0)):
            self.told(one.claim, one.family, version)

    def told(self, claim: str, one: FamilyDerived, version: Version) -> VersionTold:
        """Tell a version of a claim in full, as of its own place in the log; once."""
        if (claim, version.seq) not in self.versions:
            self.versions[claim, version.seq] = self.tell(claim, one, version)
        return self.versions[claim, version.seq]

    def tell(self, claim: str, one: FamilyDerived, version: Version) -> VersionTold:
        """Work a version out."""
        look = resting(version)
        known = self.scores(one, version.seq)
        own = scores.scores(one.rules, one.material.final, version.seq) if one.family.fact.groups else known
        a, b = (upto_last(known.of(side), look) for side in version.pair)
        numbers = sorted(a.keys() & b.keys())
        every, runs = range(one.rules.first, look.last_round + 1), one.runs(version.pair)
        missing = [
            (number, run) for number in every if number not in a or number not in b
            for run in runs if own.value(run, number) is None
        ]  # fmt: skip
        before, others = self.pasts.at(version.seq), one.by_other_versions(version.seq)
        late = rounds.late(before, runs, numbers)
        control = upto_last(own.of(one.family.fact.control), look)
        panel = sensitivity.panel(
            a,
            b,
            every,
            alpha=look.alpha / one.rules.m,
            delta=one.rules.delta,
            control=control or None,
            late=late,
            other_metric=self.other(one, version, look),
            increments_wait_for=WAITS_FOR,
        )
        return VersionTold(
            claim=claim,
            upto=version.seq,
            known=newest(self.events, version.seq).known,
            verdict=version.verdict.value,
            causes=tuple(cause.value for cause in version.causes),
            look=look.look,
            looks=tuple(map(look_told, version.looks)),
            excluded=tuple(rounds.excluded(before, missing, others)),
            late=tuple(late),
            sensitivity=tuple(map(row_told, panel)),
            agreement=sensitivity.agreement(panel),
            data_sha256=data_sha256((number, a[number], b[number]) for number in numbers),
        )

    def other(self, one: FamilyDerived, version: Version, look: Look) -> sensitivity.Series | None:
        """Return the same differences by the other metric, in its newest version; None where there are too few."""
        told = [record for record in one.material.other if record.seq <= version.seq]
        if not told:
            return None
        rules = msgspec.structs.replace(one.rules, version=told[-1].version)
        groups = one.family.fact.groups
        records = pooled(rules, told, dict(groups)) if groups else told
        found = scores.scores(rules, records, version.seq)
        a, b = (upto_last(found.of(side), look) for side in version.pair)
        series = sensitivity.complete(a, b)
        return series if series[0] else None

    def hashes(
        self, claim: str, one: FamilyDerived, pair: Pair
    ) -> Iterator[tuple[Version, VersionTold, str]]:
        """Yield every version of a claim, told in full, with its hash."""
        for version in one.season.versions[pair]:
            told = self.told(claim, one, version)
            yield version, told, sha256(told)


def resting(version: Version) -> Look:
    """Return the look that a verdict rests on: the first that gave one, else the last."""
    for one in version.looks:
        if one.rejected or one.equivalent:
            return one
    return version.looks[-1]


def upto_last(values: dict[int, float], look: Look) -> dict[int, float]:
    """Return the scores of the rounds that a look is about."""
    return {number: value for number, value in values.items() if number <= look.last_round}


def look_told(one: Look) -> LookTold:
    """Tell a look with the digits that are published."""
    return LookTold(
        look=one.look,
        upto=one.seq,
        n=one.n,
        n_eff=rounded(one.n_eff),
        last_round=one.last_round,
        estimate=rounded(one.mean),
        se=rounded(one.se),
        df=rounded(one.df),
        p=rounded(one.p),
        p_holm=rounded(one.p_holm),
        alpha=one.alpha,
        interval=both(one.lo, one.hi),
        alone=both(one.lo95, one.hi95),
        rejected=one.rejected,
        equivalent=one.equivalent,
        note=one.note,
    )


def row_told(one: sensitivity.Row) -> sensitivity.Row:
    """Tell a row of the sensitivity panel with the digits that are published."""
    if one.lo is None or one.hi is None:
        return one
    return msgspec.structs.replace(one, lo=rounded(one.lo), hi=rounded(one.hi))
