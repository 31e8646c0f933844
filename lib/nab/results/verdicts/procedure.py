"""The default procedure as plain data: what goes in and what comes out stands in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from nab.results.statistics import overlap
from nab.results.verdicts.registration import Record, Registration
from nab.results.verdicts.season import fold


def overlap_t(
    rounds: Sequence[int], d: Sequence[float], alpha: float = 0.05, horizon: int = overlap.HORIZON
) -> dict[str, Any]:
    """Test paired differences `d` of ascending `rounds` against 0, with the interval at 1 - alpha.

    Below 20 rounds nothing is tested: p is 1 and there is no interval.
    """
    one = overlap.estimate(rounds, d, overlap.Correlation(horizon))
    found: dict[str, Any] = {"mean": one.mean, "se": one.se, "df": one.df, "n": one.n, "n_eff": one.n_eff}
    if one.note == overlap.TOO_FEW:
        return {**found, "se": None, "df": None, "lo": None, "hi": None, "p": 1.0}
    lo, hi = one.interval(alpha)
    return {**found, "lo": lo, "hi": hi, "p": one.p}


def season(
    registration: Registration | Mapping[str, Any],
    events: Iterable[Record | Mapping[str, Any] | Sequence[Any]],
    upto: int,
) -> dict[str, Any]:
    """Return every look that was taken at a pair and every verdict, as of a seq."""
    found = fold(registration, events, upto)
    pairs = found.registration.pairs
    numbers = range(1, len(found.registration.looks) + 1)
    looks = [found.looks[pair][k] for k in numbers for pair in pairs if k in found.looks[pair]]
    return {
        "upto": upto,
        "looks": msgspec.json.decode(msgspec.json.encode(looks)),
        "verdicts": {f"{a}>{b}": found.verdict((a, b)).value for a, b in pairs},
    }
