"""Looks written down in a log that has none: after the scores of a moment, as the tick that fetches them does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import structs

from nab.core.facts import ClaimLooked, OutcomeChanged
from nab.core.log.events import Event
from nab.core.text import times
from nab.results.claims.derived import Derived, resting
from nab.results.verdicts import season
from nab.results.verdicts.season import Version
from support.records.logs import Log


def looked(events: Sequence[Event]) -> Log:
    """Return the same log in which every look is written down as soon as it could be taken."""
    due, log, seqs = versions(events), Log("test"), {}
    for known, group in groupby(events, key=lambda event: event.known):
        there = list(group)
        for event in there:
            fact = event.fact
            if isinstance(fact, OutcomeChanged):
                fact = structs.replace(fact, because=tuple(seqs[seq] for seq in fact.because))
            about = {"entrant": event.entrant, "round": event.round, "run": event.run}
            at = times.parse(known)
            seqs[event.seq] = log.add(fact, at, times.parse(event.valid), **about).seq
        for claim, told in due.items():
            new = [one for one in told if there[0].seq <= one.seq <= there[-1].seq]
            if new:
                log.add(written(claim, new[-1], seqs[new[-1].seq]), times.parse(known))
    return log


def versions(events: Sequence[Event]) -> dict[str, list[Version]]:
    """Return all versions of every claim, whatever was written down."""
    derived = Derived(events, len(events))
    return dict(of_every_claim(derived))


def of_every_claim(derived: Derived) -> Iterator[tuple[str, list[Version]]]:
    """Yield them, by claim."""
    for one in derived.families.values():
        found = season.fold(one.rules, one.records, derived.upto).versions
        for pair in one.rules.pairs:
            yield one.id(pair), found[pair]


def written(claim: str, version: Version, upto: int) -> ClaimLooked:
    """Tell a version as a look does, without the rounds that it left out and without hashes."""
    look = resting(version)
    return ClaimLooked(
        claim=claim,
        upto=upto,
        look=look.look,
        verdict=version.verdict.value,
        estimate=look.mean,
        interval=(look.lo, look.hi),
        alone=(look.lo95, look.hi95),
        n=look.n,
        n_eff=look.n_eff,
        causes=tuple(cause.value for cause in version.causes),
        excluded=(),
        sha256="0" * 64,
        data_sha256="0" * 64,
    )
