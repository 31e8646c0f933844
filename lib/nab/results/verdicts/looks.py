"""A look at every pair of a family: Holm for a difference, two one-sided tests for equivalence, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from nab.results.statistics import overlap
from nab.results.statistics.multiplicity import holm
from nab.results.verdicts.registration import Pair, Registration


class Verdict(StrEnum):
    """What can be said of a hypothesis."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    EQUIVALENT = "equivalent"
    NOT_YET = "not yet"
    WITHDRAWN = "withdrawn"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A look at a pair: what was measured up to `last_round`, and what follows of it among the family.

    `lo`, `hi` is the interval at 1 - alpha/m, `lo95`, `hi95` that of this pair alone at this look.
    """

    pair: Pair
    look: int
    seq: int
    last_round: int
    n: int
    n_eff: float
    mean: float
    se: float
    df: float
    p: float
    note: str
    alpha: float
    p_holm: float
    rejected: bool
    lo: float
    hi: float
    lo95: float
    hi95: float
    equivalent: bool


DECIDED = {Verdict.SUPPORTED, Verdict.REFUTED, Verdict.EQUIVALENT}


def judged(
    rules: Registration,
    k: int,
    estimates: Mapping[Pair, overlap.Estimate],
    taken: Mapping[Pair, tuple[int, int]],
) -> Iterable[Look]:
    """Judge the k-th look of all pairs that have reached it; those that have not count with p = 1.

    `taken` is the seq and the last round of each pair's look.
    """
    alpha = rules.alphas[k - 1]
    adjusted = holm([estimates[pair].p if pair in estimates else 1.0 for pair in rules.pairs], alpha)
    for pair, family in zip(rules.pairs, adjusted, strict=True):
        if (one := estimates.get(pair)) is None:
            continue
        lo, hi = one.interval(alpha / rules.m)
        lo95, hi95 = one.interval(0.05)
        inside = -rules.delta < lo and hi < rules.delta
        seq, last = taken[pair]
        yield Look(
            pair=pair,
            look=k,
            seq=seq,
            last_round=last,
            n=one.n,
            n_eff=one.n_eff,
            mean=one.mean,
            se=one.se,
            df=one.df,
            p=one.p,
            note=one.note,
            alpha=alpha,
            p_holm=family.p,
            rejected=family.rejected,
            lo=lo,
            hi=hi,
            lo95=lo95,
            hi95=hi95,
            equivalent=inside and one.note != overlap.DEGENERATE,
        )


def decided(looks: Sequence[Look], *, had_one: bool) -> Verdict:
    """Return the verdict: that of the first look that gave one. Without any it is withdrawn if there ever was one."""
    for one in looks:
        if one.rejected:
            return Verdict.SUPPORTED if one.mean > 0 else Verdict.REFUTED
        if one.equivalent:
            return Verdict.EQUIVALENT
    return Verdict.WITHDRAWN if had_one else Verdict.NOT_YET
