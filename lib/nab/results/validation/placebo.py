"""The procedure on real scores from which every difference was taken: whatever it still finds is false."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import combinations
from math import fsum, isfinite

import msgspec

from nab.core.errors import NabError
from nab.core.text.tables import table
from nab.results.statistics import distributions, overlap

PROVISIONAL = 15  # the newest rounds of a table, whose scores may not be final
MOST_ABSENT = 0.02  # of the rounds of a model
WINDOWS = (40, 60, 120)
STEP = 5
LEVEL = 0.05
LEAST_OF_NAIVE = 0.5

Model = dict[int, float]


class Placebo(msgspec.Struct, frozen=True, kw_only=True):
    """The share of windows in which a test calls two models different, between which there is no difference."""

    rounds: int
    windows: int
    without_spread: int
    overlap_t: float
    naive_t: float

    @property
    def passes(self) -> bool:
        """Say whether overlap-t holds its level where the naive t test shows that the table is a hard one."""
        return self.overlap_t <= LEVEL and self.naive_t >= LEAST_OF_NAIVE


def read(text: str) -> dict[str, Model]:
    """Read a table of scores, CSV: the round first, then a column a model. What is no number is no score.

    The newest 15 rounds are left out, models that never change, and those that lack more than 2 % of the rounds.
    """
    head, *lines = list(csv.reader(text.splitlines())) or [[]]
    rows = sorted((int(one[0]), one) for one in lines if one and one[0].strip().isdigit())[:-PROVISIONAL]
    if len(rows) < max(WINDOWS) or len(head) < 3:
        raise NabError(
            f"the table has {max(len(head) - 1, 0)} models and {len(rows)} rounds that count",
            hint=f"a column a model, two of them at least, {max(WINDOWS) + PROVISIONAL} rounds, the round number first",
        )
    models = {
        name: {round_: value for round_, one in rows if (value := number(one, place)) is not None}
        for place, name in enumerate(head[1:], start=1)
    }
    return {
        name: scores
        for name, scores in models.items()
        if len(scores) >= (1 - MOST_ABSENT) * len(rows)
        and max(scores.values()) - min(scores.values()) > overlap.NO_SPREAD
    }


def number(row: list[str], place: int) -> float | None:
    """Return a cell's number; None for what is none."""
    try:
        value = float(row[place])
    except (IndexError, ValueError):
        return None
    return value if isfinite(value) else None


def placebo(models: dict[str, Model]) -> Iterable[Placebo]:
    """Test windows of the differences of all pairs, each pair's own mean taken from it, a start every five rounds."""
    pairs = [flattened(one, other) for one, other in combinations(models.values(), 2)]
    if not pairs:
        raise NabError(
            "fewer than two models are left", hint="they lack rounds, or never change: add complete ones"
        )
    for length in WINDOWS:
        tests = [
            (overlap.estimate(rounds[i : i + length], d[i : i + length]), d[i : i + length])
            for rounds, d in pairs
            for i in range(0, len(d) - length + 1, STEP)
        ]
        yield Placebo(
            rounds=length,
            windows=len(tests),
            without_spread=sum(bool(one.note) for one, _ in tests),
            overlap_t=sum(one.p <= LEVEL for one, _ in tests) / len(tests),
            naive_t=sum(not one.note and naive(d) <= LEVEL for one, d in tests) / len(tests),
        )


def flattened(one: Model, other: Model) -> tuple[list[int], list[float]]:
    """Return the shared rounds of two models and their differences, less the mean difference."""
    rounds = sorted(one.keys() & other.keys())
    d = [one[round_] - other[round_] for round_ in rounds]
    mean = fsum(d) / len(d)
    return rounds, [value - mean for value in d]


def naive(d: list[float]) -> float:
    """Return the p value of a t test that takes rounds for independent."""
    n, mean = len(d), fsum(d) / len(d)
    error = (fsum((value - mean) ** 2 for value in d) / (n - 1) / n) ** 0.5
    return distributions.two_sided(mean / error, n - 1)


def told(found: list[Placebo], models: int) -> str:
    """Write the table."""
    rows = [
        (
            str(one.rounds),
            str(one.windows),
            str(one.without_spread),
            f"{one.overlap_t:.4f}",
            f"{one.naive_t:.3f}",
            "ok" if one.passes else "FAILS",
        )
        for one in found
    ]
    return (
        f"{models} models, all pairs, no true difference: how often two are called different at .05\n\n"
        + table(("rounds", "windows", "without spread", "overlap-t", "naive t", ""), rows)
    )
