"""The error rates of the whole procedure: how many null seasons have any false claim, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from math import sqrt
from multiprocessing import get_context

import msgspec
import numpy as np

from nab.core.text.tables import table
from nab.results.validation import fast
from nab.results.validation.generator import (
    CALIBRATED,
    HORIZON,
    ROUNDS,
    SLOWLY,
    WORST,
    Cell,
    Seasons,
    simulate,
)
from nab.results.verdicts.registration import Record, Registration
from nab.results.verdicts.season import fold

SEED = 27
LIMIT, LIMIT_SLOW = 0.05, 0.06
TABLE_SEASONS = 3000  # behind the figures that are expected
BATCH = 250
JOBS = 2
ENDS = "2027-07-01T00:00:00Z"
EXPECTED = {  # measured once with other code than this
    Cell(4, CALIBRATED): 0.004,
    Cell(4, WORST): 0.032,
    Cell(4, SLOWLY): 0.057,
    Cell(6, CALIBRATED): 0.0045,
    Cell(6, WORST): 0.0255,
    Cell(6, SLOWLY): 0.044,
    Cell(6, CALIBRATED, missing=True): 0.003,
    Cell(6, WORST, missing=True): 0.020,
    Cell(6, SLOWLY, missing=True): 0.035,
    Cell(6, CALIBRATED, apart=0.003, sd=0.0017): 0.010,
    Cell(6, WORST, apart=0.003, sd=0.0017): 0.039,
}


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """The share of a cell's seasons with any false claim, by our procedure and by what we avoid.

    `expected` is what other code measured before. `checked` seasons went through `season` itself, and `differing` of
    them said anything else than the fast path.
    """

    cell: str
    seasons: int
    false: float
    limit: float
    expected: float
    checked: int
    differing: int
    naive_t: float
    band: float | None = None
    band_of_family: float | None = None

    @property
    def error(self) -> float:
        """Two standard errors of a share at the limit."""
        return 2 * sqrt(self.limit * (1 - self.limit) / self.seasons)

    @property
    def passes(self) -> bool:
        """Say whether the limit holds, the expected figure comes out again, and both paths agree."""
        share = max(self.expected, 1 / TABLE_SEASONS)
        tolerance = (
            3 * sqrt(share * (1 - share) * (1 / self.seasons + 1 / TABLE_SEASONS)) + 0.002 + 1 / self.seasons
        )
        as_before = abs(self.false - self.expected) <= tolerance
        return self.false <= self.limit + self.error and as_before and self.differing == 0


def rates(seasons: int, checked: int, seed: int = SEED) -> Iterable[Rates]:
    """Measure every cell, two at a time; each has random numbers of its own, so that their order changes none."""
    cells = list(EXPECTED)
    with ProcessPoolExecutor(JOBS, mp_context=get_context("spawn")) as pool:
        yield from pool.map(
            measured,
            cells,
            [seasons] * len(cells),
            [checked] * len(cells),
            [[seed, i] for i in range(len(cells))],
        )


def measured(cell: Cell, seasons: int, checked: int, seed: Sequence[int]) -> Rates:
    """Measure one cell, in batches; its first seasons go through `season` itself, too."""
    random = np.random.default_rng(seed)
    counts = np.zeros(4, dtype=int)
    differing = 0
    for begun in range(0, seasons, BATCH):
        made = simulate(cell, min(BATCH, seasons - begun), random)
        d, shared = fast.differences(cell, made)
        looks = fast.looks(d, shared)
        said = fast.verdicts(looks)
        counts += [
            fast.false_claims(cell, said).sum(),
            fast.false_claims(cell, fast.verdicts(fast.naive(looks))).sum(),
            *(fast.outside_band(d, 0.05 / m).sum() if has_band(cell) else 0 for m in (1, len(cell.pairs))),
        ]
        due = range(min(len(said), max(0, checked - begun)))
        differing += sum(by_season(cell, made, i) != [fast.WORDS[one] for one in said[i]] for i in due)
    false, naive, band, band_of_family = (counts / seasons).tolist()
    return Rates(
        cell=cell.name,
        seasons=seasons,
        false=false,
        limit=LIMIT_SLOW if cell.noise == SLOWLY else LIMIT,
        expected=EXPECTED[cell],
        checked=min(checked, seasons),
        differing=differing,
        naive_t=naive,
        band=band if has_band(cell) else None,
        band_of_family=band_of_family if has_band(cell) else None,
    )


def has_band(cell: Cell) -> bool:
    """Say whether the band as a verdict stands beside a cell: where all are equal and no round is missing."""
    return not cell.missing and not cell.apart


def by_season(cell: Cell, made: Seasons, number: int) -> list[str]:
    """Give one season to the procedure itself, as records of a log, and return its verdicts."""
    rules = Registration(
        first=1, last=ROUNDS, pairs=tuple((str(i), str(j)) for i, j in cell.pairs), ends=ENDS
    )
    scores, present = made.scores[number].tolist(), made.present[number]
    told = [(round_, who) for round_ in range(ROUNDS) for who in range(cell.entrants) if present[who, round_]]
    records = [
        Record(seq=seq, entrant=str(who), round=round_ + 1, day=HORIZON, value=scores[who][round_])
        for seq, (round_, who) in enumerate(told)
    ]
    found = fold(rules, [*records, Record(seq=len(told), known=ENDS)], len(told))
    return [found.verdict(pair).value for pair in rules.pairs]


def told(found: list[Rates]) -> str:
    """Write the table."""
    columns = (
        "null seasons",
        "n",
        "any false claim",
        "limit",
        "before",
        "naive t",
        "band",
        "band/m",
        "checked",
        "",
    )
    rows = [
        (
            one.cell,
            str(one.seasons),
            f"{one.false:.4f}",
            f"{one.limit:.2f}+{one.error:.3f}",
            f"{one.expected:.4f}",
            f"{one.naive_t:.3f}",
            "" if one.band is None else f"{one.band:.3f}",
            "" if one.band_of_family is None else f"{one.band_of_family:.3f}",
            f"{one.checked - one.differing} of {one.checked} agree",
            "ok" if one.passes else "FAILS",
        )
        for one in found
    ]
    return table(columns, rows)
