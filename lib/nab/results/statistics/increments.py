"""Daily increments: scores of every day differenced into one nearly white series, for when its gate is passed.

The score of day k of 20 is an average over the days so far, so that sqrt(k/20) times it grows by what day k brought. On
the days' sum over all open rounds a plain regression is right, and its intervals are narrower than overlap-t's; but it
was only ever tried on simulated days. It gives no verdict before public models' real days agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from nab.results.statistics import distributions
from nab.results.statistics.matrices import dot
from nab.results.statistics.overlap import HORIZON, Estimate

LAGS = 5
FEWEST_MODELS = 20
MOST_AUTOCORRELATION = 0.1
MOST_FALSE = 0.07
WINDOW, STEP = 60, 20  # days of a placebo's window, and between two of them

Days = Mapping[int, Mapping[int, float]]  # by round, by scoring day


@dataclass(frozen=True)
class Increments:
    """What each day brought, summed over the rounds open on it, and how many those were, of 20."""

    days: tuple[int, ...]
    brought: tuple[float, ...]
    exposure: tuple[float, ...]


@dataclass(frozen=True)
class Gate:
    """What the days of public models show. `waits_for` is empty once daily increments may be used."""

    models: int
    autocorrelations: tuple[float, ...]
    false_positives: float | None
    waits_for: str


def increments(scores: Days, opened: Mapping[int, int] | None = None) -> Increments:
    """Difference the daily scores of rounds. `opened` is each round's trading day; else one opens a day, in order."""
    brought: dict[int, list[float]] = {}
    for round_, days in scores.items():
        start = round_ if opened is None else opened[round_]
        for k in range(1, HORIZON + 1):
            before, after = (0.0 if k == 1 else days.get(k - 1)), days.get(k)
            if before is not None and after is not None:
                value = sqrt(k / HORIZON) * after - sqrt((k - 1) / HORIZON) * before
                brought.setdefault(start + k, []).append(value)
    order = sorted(brought)
    return Increments(
        tuple(order),
        tuple(fsum(brought[day]) for day in order),
        tuple(len(brought[day]) / HORIZON for day in order),
    )


def estimate(one: Increments) -> Estimate:
    """Return the mean score: what a day brought, regressed on its exposure, with HC3 standard errors.

    HC3: MacKinnon and White (1985), Journal of Econometrics 29, 305-325.
    """
    total, n = dot(one.exposure, one.exposure), len(one.days)
    if n < HORIZON:
        return Estimate(0.0, 0.0, 0.0, n, 0.0, 1.0, "too few")
    mean = dot(one.exposure, one.brought) / total
    left = [x - mean * w for x, w in zip(one.brought, one.exposure, strict=True)]
    scaled = [w * e / (1 - w * w / total) for w, e in zip(one.exposure, left, strict=True)]
    error = sqrt(dot(scaled, scaled)) / total
    if error == 0:
        return Estimate(mean, 0.0, n - 1, n, n / HORIZON, 1.0, "degenerate" if mean else "identical")
    return Estimate(mean, error, n - 1, n, n / HORIZON, distributions.two_sided(mean / error, n - 1))


def autocorrelation(one: Increments, lag: int) -> float:
    """Return the autocorrelation of what days brought beyond the mean."""
    mean = estimate(one).mean
    left = [x - mean * w for x, w in zip(one.brought, one.exposure, strict=True)]
    return dot(left[lag:], left[: len(left) - lag]) / total if (total := dot(left, left)) else 0.0


def gate(models: Sequence[Days]) -> Gate:
    """Say what daily increments still wait for, from the days of public models (each less a common one)."""
    series = [one for one in map(increments, models) if len(one.days) >= WINDOW]
    found = tuple(
        fsum(autocorrelation(one, lag) for one in series) / len(series) if series else 0.0
        for lag in range(1, LAGS + 1)
    )
    tests = [p for one in series for p in placebo(one)]
    false = sum(p <= 0.05 for p in tests) / len(tests) if tests else None
    waits = [
        (
            len(series) < FEWEST_MODELS,
            f"{len(series)} of {FEWEST_MODELS} public models have {WINDOW} days of history",
        ),
        (
            max(map(abs, found)) >= MOST_AUTOCORRELATION,
            f"neighbouring days correlate by {max(found, key=abs):.2f}",
        ),
        (
            false is not None and false > MOST_FALSE,
            f"{false or 0:.1%} of placebo windows are called different",
        ),
    ]
    return Gate(len(series), found, false, "; ".join(words for waiting, words in waits if waiting))


def placebo(one: Increments) -> list[float]:
    """Return the p values of windows of a series from which its own mean was taken: nothing is there to be found."""
    mean = estimate(one).mean
    flat = tuple(x - mean * w for x, w in zip(one.brought, one.exposure, strict=True))
    starts = range(0, len(flat) - WINDOW + 1, STEP)
    windows = [slice(start, start + WINDOW) for start in starts]
    return [estimate(Increments(one.days[cut], flat[cut], one.exposure[cut])).p for cut in windows]
