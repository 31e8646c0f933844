"""Small symmetric matrices, solved in one order on every machine: a library's threads would change last digits."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from operator import mul

Vector = Sequence[float]
Matrix = Sequence[Vector]


def dot(one: Vector, other: Vector) -> float:
    """Sum the products of two vectors, correctly rounded, so that their order makes no difference."""
    return fsum(map(mul, one, other))


def product(rows: Matrix, columns: Matrix) -> list[list[float]]:
    """Multiply rows by columns."""
    return [[dot(row, column) for column in columns] for row in rows]


def cholesky(matrix: Matrix) -> list[list[float]]:
    """Return the lower triangle L with L L' = matrix, which has to be positive definite."""
    lower: list[list[float]] = []
    for i, row in enumerate(matrix):
        made: list[float] = []
        for j in range(i):
            made.append((row[j] - dot(made, lower[j][: len(made)])) / lower[j][j])
        made.append(sqrt(row[i] - dot(made, made)))
        lower.append(made)
    return lower


def forward(lower: Matrix, right: Vector) -> list[float]:
    """Solve L y = right."""
    found: list[float] = []
    for row, value in zip(lower, right, strict=True):
        found.append((value - dot(row[: len(found)], found)) / row[len(found)])
    return found


def inverse(matrix: Matrix) -> list[list[float]]:
    """Invert a positive definite matrix."""
    size = len(matrix)
    lower = cholesky(matrix)
    columns = [forward(lower, [float(i == j) for i in range(size)]) for j in range(size)]
    return product(columns, columns)
