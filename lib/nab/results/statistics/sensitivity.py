"""The sensitivity panel: the same question asked in other fixed ways, beside a verdict, which it never changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from nab.results.statistics import kewc, overlap
from nab.results.statistics.overlap import CALIBRATED, Estimate

MANY_MISSING = 0.1

Series = tuple[list[int], list[float]]
ByRound = Mapping[int, float]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One way to ask, its interval, what it says (+ better, - worse, = equivalent, ? open), and whether it agrees.

    Without an interval `waits_for` says why; such a row is not counted.
    """

    name: str
    lo: float | None = None
    hi: float | None = None
    says: str = ""
    agrees: bool | None = None
    waits_for: str = ""


def complete(a: ByRound, b: ByRound) -> Series:
    """Return rounds and differences of the rounds where both have a score."""
    rounds = sorted(a.keys() & b.keys())
    return rounds, [a[one] - b[one] for one in rounds]


def zero_fill(a: ByRound, b: ByRound, owed: Collection[int]) -> Series:
    """Count a missing score as 0, as Numerai's season does. It rewards a bad entrant for failing to submit."""
    return filled(a, b, owed, dict.fromkeys(owed, 0.0))


def filled(a: ByRound, b: ByRound, owed: Collection[int], control: ByRound) -> Series:
    """Count a missing score as the frozen control's: what an operator who falls back on it would have had."""
    rounds = [one for one in sorted(owed) if one in control or (one in a and one in b)]
    return rounds, [a.get(one, control.get(one, 0.0)) - b.get(one, control.get(one, 0.0)) for one in rounds]


def without(a: ByRound, b: ByRound, late: Collection[int]) -> Series:
    """Leave out rounds that one of the two handed in late."""
    rounds, d = complete(a, b)
    kept = [(one, value) for one, value in zip(rounds, d, strict=True) if one not in late]
    return [one for one, _ in kept], [value for _, value in kept]


def worst_case(a: ByRound, b: ByRound, owed: Collection[int], alpha: float) -> tuple[float, float] | None:
    """Bound the mean over all owed rounds: missing differences are the lowest, then the highest that was seen.

    Bounds in the manner of Manski (1990), American Economic Review 80, 319-323, over the range seen. None while a
    tenth or less is missing.
    """
    rounds, d = complete(a, b)
    missing = sorted(set(owed) - set(rounds))
    if len(missing) <= MANY_MISSING * len(owed) or len(rounds) < overlap.FEWEST:
        return None
    known = dict(zip(rounds, d, strict=True))
    every = sorted(owed)
    low, high = (
        overlap.estimate(every, [known.get(one, value) for one in every]).interval(alpha)
        for value in (min(d), max(d))
    )
    return low[0], high[1]


def says(interval: tuple[float, float], delta: float) -> str:
    """Return what an interval says of a difference."""
    lo, hi = interval
    if -delta < lo and hi < delta:
        return "="
    return "+" if lo > 0 else "-" if hi < 0 else "?"


def panel(  # noqa: PLR0913
    a: ByRound,
    b: ByRound,
    owed: Collection[int],
    *,
    alpha: float,
    delta: float,
    control: ByRound | None = None,
    late: Collection[int] = (),
    other_metric: Series | None = None,
    increments: Estimate | None = None,
    increments_wait_for: str = "",
) -> list[Row]:
    """Return the panel of a look at `alpha`: the look's, divided by the number of pairs. The look comes first."""
    shared = complete(a, b)
    main = says(overlap.estimate(*shared).interval(alpha), delta)
    asked: list[tuple[str, tuple[float, float] | None, str]] = [
        ("overlap-t", overlap.estimate(*shared).interval(alpha), ""),
        ("overlap-t, calibrated overlap", overlap.estimate(*shared, CALIBRATED).interval(alpha), ""),
        ("kEWC", kewc.estimate(*shared).interval(alpha), ""),
        ("daily increments", increments.interval(alpha) if increments else None, increments_wait_for),
        ("missing counted as 0", tested(zero_fill(a, b, owed), alpha), ""),
        (
            "missing filled by the control",
            tested(filled(a, b, owed, control), alpha) if control else None,
            "no control",
        ),
        ("late rounds left out", tested(without(a, b, late), alpha), ""),
        ("CORR20", tested(other_metric, alpha) if other_metric else None, "no scores by it"),
        ("worst case of what is missing", worst_case(a, b, owed, alpha), "at most a tenth is missing"),
    ]
    return list(rows(asked, main, delta))


def tested(series: Series, alpha: float) -> tuple[float, float] | None:
    """Return the interval of a series; None where it is too short."""
    return overlap.estimate(*series).interval(alpha) if len(series[0]) >= overlap.FEWEST else None


def rows(
    asked: Iterable[tuple[str, tuple[float, float] | None, str]], main: str, delta: float
) -> Iterable[Row]:
    """Write rows down."""
    for name, interval, waits_for in asked:
        if interval is None:
            yield Row(name=name, waits_for=waits_for or "too few rounds")
        else:
            lo, hi = interval
            said = says(interval, delta)
            yield Row(name=name, lo=lo, hi=hi, says=said, agrees=said == main)


def agreement(panel: Sequence[Row]) -> str:
    """Count the rows that agree with the look, itself left out."""
    counted = [one for one in panel[1:] if one.agrees is not None]
    return f"{sum(bool(one.agrees) for one in counted)} of {len(counted)} agree"
