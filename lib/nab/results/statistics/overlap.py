"""Overlap-t: a mean, or a contrast, of rounds whose targets share days, with the correlation known from the overlap.

A score over 20 days has 19 of them in common with the next round's. How much of the noise two rounds share is therefore
fixed by the target and need not be estimated: only one variance is. Source: docs/methodology.md, "The test".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, log, sqrt

from nab.results.statistics import distributions
from nab.results.statistics.matrices import Matrix, Vector, dot, inverse, product

HORIZON = 20  # days until a score is final, and so long its rounds overlap
FEWEST = 20  # rounds, below which nothing is tested
FEWEST_OF_BAND = 40
BEST_OF_BAND = 250  # the number of rounds for which the band is tuned
NO_SPREAD = 1e-12  # of a score: below it there is nothing but the rounding of differences
IDENTICAL, DEGENERATE, TOO_FEW = "identical", "degenerate", "too few"


@dataclass(frozen=True)
class Correlation:
    """How much of a score's noise is shared by rounds that lie `lag` apart: scale * (1 - lag/horizon) * decay^lag."""

    horizon: int = HORIZON
    scale: float = 1.0
    decay: float = 1.0

    def __call__(self, lag: int) -> float:
        """Return the correlation at a lag."""
        if lag == 0:
            return 1.0
        return self.scale * max(0.0, 1 - lag / self.horizon) * self.decay**lag


WORST = Correlation()  # pure overlap: the most that two rounds can share
CALIBRATED = Correlation(scale=0.877, decay=0.981)  # fitted to 171 pairs of real models over 340 rounds


@dataclass(frozen=True)
class Design:
    """What an estimate owes to the rounds alone, whatever was measured in them.

    For columns X and overlap matrix O, with M the matrix that makes residuals: `gram` = (X'X)^-1, `shared` =
    gram X'OX gram (the variance of the coefficients), `trace` = tr(MO), `df` = tr(MO)^2 / tr(MOMO) (Satterthwaite
    1946). With X a column of ones, M O M is O centred both ways. `n_eff` is how many rounds without overlap would tell
    as much of a mean.
    """

    columns: tuple[tuple[float, ...], ...]
    gram: Matrix
    shared: Matrix
    trace: float
    df: float
    n_eff: float

    @property
    def n(self) -> int:
        """How many rounds."""
        return len(self.columns[0])


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error and degrees of freedom; both are 0 and p is 1 where nothing can be tested."""

    mean: float
    se: float
    df: float
    n: int
    n_eff: float
    p: float
    note: str = ""

    def interval(self, alpha: float) -> tuple[float, float]:
        """Return the interval at confidence 1 - alpha; a mean alone where there is no spread."""
        half = distributions.critical(alpha, self.df) * self.se if self.se else 0.0
        return self.mean - half, self.mean + half


@dataclass(frozen=True)
class Fit:
    """The least-squares coefficients of a design and their noise."""

    design: Design
    coefficients: tuple[float, ...]
    residual: float

    def standard_error(self, place: int) -> float:
        """Return the standard error of a coefficient: a round's noise, and what the overlap makes of it."""
        return sqrt(self.residual / self.design.trace * self.design.shared[place][place])

    def estimate(self, place: int) -> Estimate:
        """Return a coefficient as an estimate."""
        value, design = self.coefficients[place], self.design
        if self.residual <= design.n * NO_SPREAD**2:
            same = abs(value) <= NO_SPREAD
            note = IDENTICAL if same else DEGENERATE
            return Estimate(0.0 if same else value, 0.0, design.df, design.n, design.n_eff, 1.0, note)
        error = self.standard_error(place)
        p = distributions.two_sided(value / error, design.df)
        return Estimate(value, error, design.df, design.n, design.n_eff, p)


def estimate(rounds: Sequence[int], d: Sequence[float], correlation: Correlation = WORST) -> Estimate:
    """Return the mean of paired differences `d` in ascending `rounds`, as overlap-t sees it."""
    n = len(rounds)
    if n < FEWEST:
        mean, n_eff = (fsum(d) / n, mean_design(rounds, correlation).n_eff) if n else (0.0, 0.0)
        return Estimate(mean, 0.0, 0.0, n, n_eff, 1.0, TOO_FEW)
    return fit(mean_design(rounds, correlation), d).estimate(0)


def band(
    rounds: Sequence[int], d: Sequence[float], alpha: float, correlation: Correlation = WORST
) -> tuple[float, float] | None:
    """Return the band that holds at every n at once; None below 40 rounds.

    The normal-mixture asymptotic confidence sequence of Waudby-Smith et al. (2024), Annals of Statistics 52(6), with
    the variance rate known from the overlap and widened for few degrees of freedom. It is drawn; it is no verdict.
    """
    n = len(rounds)
    if n < FEWEST_OF_BAND:
        return None
    fitted = fit(mean_design(rounds, correlation), d)
    width = sqrt(fitted.residual / fitted.design.trace) * band_factor(
        n, fitted.design.df, alpha, correlation.horizon
    )
    return fitted.coefficients[0] - width, fitted.coefficients[0] + width


def band_factor(n: int, df: float, alpha: float, horizon: int) -> float:
    """Return the band's half width for a round's noise of standard deviation 1."""
    rho2 = (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / BEST_OF_BAND
    rate = 2 * horizon * (n * rho2 + 1) / (n * n * rho2) * log(sqrt(n * rho2 + 1) / alpha)
    return sqrt(rate) * distributions.critical(alpha, df) / distributions.normal_critical(alpha)


def round_sd(rounds: Sequence[int], d: Sequence[float], correlation: Correlation = WORST) -> float:
    """Return the standard deviation of one round's difference; neighbours that move together show too little of it."""
    fitted = fit(mean_design(rounds, correlation), d)
    return sqrt(fitted.residual / fitted.design.trace)


def fit(design: Design, y: Sequence[float]) -> Fit:
    """Fit a design to what was measured, by least squares."""
    moments = [dot(column, y) for column in design.columns]
    coefficients = tuple(dot(row, moments) for row in design.gram)
    rows = zip(*design.columns, strict=True)
    rest = [value - dot(row, coefficients) for row, value in zip(rows, y, strict=True)]
    return Fit(design, coefficients, dot(rest, rest))


def mean_design(rounds: Sequence[int], correlation: Correlation = WORST) -> Design:
    """Return the design of a mean."""
    return design(rounds, ((1.0,) * len(rounds),), correlation)


def design(
    rounds: Sequence[int], columns: tuple[tuple[float, ...], ...], correlation: Correlation = WORST
) -> Design:
    """Return a design; only the rounds' distances count, so that seasons share them."""
    first = rounds[0]
    return design_of(tuple(one - first for one in rounds), columns, correlation)


@lru_cache(maxsize=1024)
def design_of(
    places: tuple[int, ...], columns: tuple[tuple[float, ...], ...], correlation: Correlation
) -> Design:
    """Work a design out. Matrices of n by n are never made: rounds further apart than the horizon share nothing."""
    kernel = [correlation(abs(lag)) for lag in range(1 - correlation.horizon, correlation.horizon)]
    ones = (1.0,) * len(places)
    shared = spread(places, columns, correlation)
    gram = inverse(product(columns, columns))
    hat = product(gram, product(shared, columns))  # gram X'OX
    trace = len(places) - diagonal(hat)
    second = fsum(swept(places, ones, [one * one for one in kernel]))
    second -= 2 * diagonal(product(gram, product(shared, shared)))  # gram X'OOX
    second += diagonal(product(hat, list(zip(*hat, strict=True))))
    return Design(
        columns=columns,
        gram=gram,
        shared=product(hat, gram),
        trace=trace,
        df=trace * trace / second if second > 0 else 0.0,
        n_eff=len(places) ** 2 / fsum(swept(places, ones, kernel)),
    )


def spread(places: Sequence[int], columns: Matrix, correlation: Correlation) -> list[list[float]]:
    """Multiply columns by the overlap matrix of the rounds."""
    kernel = [correlation(abs(lag)) for lag in range(1 - correlation.horizon, correlation.horizon)]
    return [swept(places, column, kernel) for column in columns]


def swept(places: Sequence[int], column: Vector, kernel: Vector) -> list[float]:
    """Sum at each place what lies near it, weighted by how near."""
    dense = [0.0] * (places[-1] + len(kernel))
    for place, value in zip(places, column, strict=True):
        dense[place + len(kernel) // 2] = value
    return [dot(kernel, dense[place : place + len(kernel)]) for place in places]


def diagonal(matrix: Matrix) -> float:
    """Sum what stands on a matrix's diagonal."""
    return fsum(row[i] for i, row in enumerate(matrix))
