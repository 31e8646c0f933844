"""The procedure over many seasons at once, with numpy and scipy: it has to agree with `season` to the verdict.

scipy comes with numerai-tools.

Scores arrive in the order of rounds, nothing is revised, and the season ends after its last round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from nab.results.statistics.overlap import FEWEST_OF_BAND, band_factor, mean_design
from nab.results.validation.generator import HORIZON, ROUNDS, Array, Cell, Seasons
from nab.results.verdicts.registration import ALPHAS, DELTA, LOOKS

Flags = NDArray[np.bool_]
OVERLAP = np.clip(1 - np.abs(np.subtract.outer(np.arange(ROUNDS), np.arange(ROUNDS))) / HORIZON, 0.0, None)
NOT_YET, SUPPORTED, REFUTED, EQUIVALENT = range(4)
WORDS = ("not yet", "supported", "refuted", "equivalent")


@dataclass(frozen=True)
class Tested:
    """Overlap-t of every season and pair at one look; p is 1 where the look was not taken."""

    mean: Array
    se: Array
    df: Array
    p: Array
    taken: Flags
    spread: Array
    n: Array


def differences(cell: Cell, seasons: Seasons) -> tuple[Array, Flags]:
    """Return the paired differences by season, pair and round, and which rounds are shared.

    Where none is missing, one row says so for all: what is owed to the rounds alone is then worked out once.
    """
    first, second = (list(one) for one in zip(*cell.pairs, strict=True))
    if not cell.missing:
        return seasons.scores[:, first] - seasons.scores[:, second], np.ones((1, 1, ROUNDS), dtype=bool)
    shared = seasons.present[:, first] & seasons.present[:, second]
    return np.where(shared, seasons.scores[:, first] - seasons.scores[:, second], 0.0), shared


def tested(d: Array, used: Flags, taken: Flags) -> Tested:
    """Test the mean over the rounds used, with true round numbers."""
    mask = used.astype(float)
    n = np.maximum(mask.sum(-1), 2)
    flat = mask.reshape(-1, ROUNDS)  # one large product is quicker than many small ones
    row = (flat @ OVERLAP).reshape(mask.shape)
    total = (mask * row).sum(-1)
    squares = (mask * (flat @ OVERLAP**2).reshape(mask.shape)).sum(-1)
    trace = n - total / n
    df = trace**2 / (squares - 2 * (mask * row**2).sum(-1) / n + (total / n) ** 2)
    mean = (d * mask).sum(-1) / n
    spread = (mask * (d - mean[..., None]) ** 2).sum(-1)
    se = np.sqrt(spread / trace * total) / n
    p = np.where(taken, 2 * special.stdtr(df, -np.abs(mean / se)), 1.0)
    return Tested(mean, se, df, p, taken, spread, n)


def looks(d: Array, shared: Flags) -> list[Tested]:
    """Take every look: the first rounds that are so many, or at the season's end what there is."""
    counted = shared.cumsum(-1)
    whole = counted[..., -1]
    found = []
    for k, wanted in enumerate(LOOKS):
        enough = whole >= (wanted if k < len(LOOKS) - 1 else LOOKS[-2])
        found.append(tested(d, shared & (counted <= wanted), enough))
    return found


def holm(p: Array, alpha: float) -> Flags:
    """Reject by Holm's steps, in each season."""
    order = np.argsort(p, axis=-1, kind="stable")
    m = p.shape[-1]
    passes = np.take_along_axis(p, order, -1) <= alpha / (m - np.arange(m))
    rejected: Flags = np.zeros(p.shape, dtype=bool)
    np.put_along_axis(rejected, order, np.logical_and.accumulate(passes, axis=-1), -1)
    return rejected


def naive(found: list[Tested]) -> list[Tested]:
    """Return the looks as a t test sees them that takes rounds for independent: what we avoid."""
    made = []
    for one in found:
        error = np.sqrt(one.spread / (one.n - 1) / one.n)
        p = np.where(one.taken, 2 * special.stdtr(one.n - 1, -np.abs(one.mean / error)), 1.0)
        made.append(Tested(one.mean, error, one.n - 1, p, one.taken, one.spread, one.n))
    return made


def outside_band(d: Array, alpha: float) -> Flags:
    """Say of each season whether a band ever excludes 0, looked at every third round: what we avoid as a verdict."""
    sums, squares = d.cumsum(-1), (d**2).cumsum(-1)
    found: Flags = np.zeros(d.shape[:2], dtype=bool)
    for n in range(FEWEST_OF_BAND, ROUNDS + 1, 3):
        design = mean_design(range(n))
        mean = sums[..., n - 1] / n
        spread = squares[..., n - 1] - n * mean**2
        width = np.sqrt(spread / design.trace) * band_factor(n, design.df, alpha, HORIZON)
        np.logical_or(found, np.abs(mean) > width, out=found)
    return np.asarray(np.any(found, axis=1), dtype=np.bool_)


def verdicts(found: list[Tested]) -> NDArray[np.int8]:
    """Return the verdict of each season and pair: that of the first look that gave one."""
    said = np.zeros(found[0].p.shape, dtype=np.int8)
    m = found[0].p.shape[1]
    for one, alpha in zip(found, ALPHAS, strict=True):
        half = -special.stdtrit(one.df, alpha / m / 2) * one.se
        equivalent = one.taken & (one.mean - half > -DELTA) & (one.mean + half < DELTA)
        differs = np.where(one.mean > 0, SUPPORTED, REFUTED)
        now = np.where(holm(one.p, alpha), differs, np.where(equivalent, EQUIVALENT, NOT_YET))
        said = np.where(said == NOT_YET, now, said).astype(np.int8)
    return said


def false_claims(cell: Cell, said: NDArray[np.int8]) -> Flags:
    """Say in which seasons any verdict is wrong."""
    gap = np.array([cell.means[i] - cell.means[j] for i, j in cell.pairs])
    wrong = (
        ((said == SUPPORTED) & (gap <= 0))
        | ((said == REFUTED) & (gap >= 0))
        | ((said == EQUIVALENT) & (np.abs(gap) >= DELTA))
    )
    return np.asarray(np.any(wrong, axis=1), dtype=np.bool_)
