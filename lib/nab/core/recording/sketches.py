"""A sketch of an uploaded file of predictions: every 64th row by its id, with its rank, and how many rows there were.

The rows are chosen by the id alone, so two sketches have the same ids and can be compared row by row. The file is an
agent's: whatever is wrong with it costs the sketch, or the row, and nothing else.
"""

from __future__ import annotations

import csv
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

ONE_IN = 64
MOST_LINE = 64 << 10  # bytes
MOST_ROWS, MOST_SAMPLED, MOST_ERAS = 8_000_000, 500_000, 10_000
MOST_ID, MOST_ERA, DIGITS = 128, 64, 6
FORMATS = ((b"PAR1", "Parquet"), (b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "zip"), (b"\x28\xb5\x2f\xfd", "zstd"))
BOM = b"\xef\xbb\xbf"


class NoSketch(Exception):
    """Why a file has none."""


class Columns(NamedTuple):
    """Where in a row its id, its prediction and its era stand; an era need not be there."""

    id: int
    prediction: int
    era: int | None


class Sample(NamedTuple):
    """One row: its rank among all of its era, or of the file where there are none, from 0 to 1; ties share theirs."""

    id: str
    era: str | None
    rank: float | None


class Sketch(msgspec.Struct, frozen=True, kw_only=True):
    """What a sketch says of the whole file, before its rows."""

    schema: int = 1
    one_in: int = ONE_IN
    rows: int = 0
    unread: int = 0  # rows without an id, or without a number
    eras: int = 0
    sampled: int = 0
    cut: bool = False  # there are more rows with such ids than are kept


def is_chosen(id: bytes) -> bool:
    """Say whether a row is in every sketch."""
    return zlib.crc32(id) % ONE_IN == 0


def lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut a file into its lines, without their ends. Raises NoSketch for one that is too long."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > MOST_LINE or any(len(line) > MOST_LINE for line in whole):
            raise NoSketch(f"a line of it is longer than {MOST_LINE} bytes")
        yield from whole
    if rest:
        yield rest


def packed_as(beginning: bytes) -> str | None:
    """Name what a file is that is no plain table."""
    return next((name for mark, name in FORMATS if beginning.startswith(mark)), None)


def columns(header: bytes) -> Columns:
    """Find the columns by their names. Raises NoSketch."""
    names = [cell.decode("utf-8", "replace").strip().lower() for cell in cells(header.removeprefix(BOM))]
    if "id" not in names:
        raise NoSketch("it has no column id")
    left = [name for name in names if name not in ("id", "era")]
    named = [name for name in left if name.startswith("prediction")] or (left if len(left) == 1 else [])
    if not named:
        raise NoSketch("it has no column prediction")
    era = names.index("era") if "era" in names else None
    return Columns(names.index("id"), names.index(named[0]), era)


def cells(line: bytes) -> list[bytes]:
    """Take a row apart; one that cannot be has no cells."""
    if b'"' not in line:
        return line.rstrip(b"\r").split(b",")
    try:
        row = next(csv.reader([line.decode("utf-8", "surrogateescape")]), [])
    except (csv.Error, ValueError):
        return []
    return [cell.encode("utf-8", "surrogateescape") for cell in row]


def number(cell: bytes) -> float | None:
    """Read a prediction; None for what is none, NaN too."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if value == value else None  # noqa: PLR0124 - only NaN is not


class Reader:
    """Takes a table's rows one after the other."""

    def __init__(self, header: bytes) -> None:
        self.where = columns(header)
        self.least = max(one for one in self.where if one is not None)
        self.values: dict[bytes, array[float]] = {}
        self.chosen: list[tuple[bytes, bytes, float | None]] = []
        self.rows = self.unread = 0
        self.cut = False

    def take(self, line: bytes) -> None:
        """Take a row. Raises NoSketch where there are too many."""
        if not line.strip():
            return
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise NoSketch(f"it has more than {MOST_ROWS} rows")
        row = cells(line)
        if len(row) <= self.least:
            self.unread += 1
            return
        value = number(row[self.where.prediction])
        era = row[self.where.era].strip()[:MOST_ERA] if self.where.era is not None else b""
        if value is None:
            self.unread += 1
        else:
            self.of(era).append(value)
        id = row[self.where.id].strip()
        if is_chosen(id):
            self.choose(id, era, value)

    def of(self, era: bytes) -> array[float]:
        """Return the predictions of an era. Raises NoSketch where there are too many eras."""
        if era not in self.values and len(self.values) >= MOST_ERAS:
            raise NoSketch(f"it has more than {MOST_ERAS} eras")
        return self.values.setdefault(era, array("d"))

    def choose(self, id: bytes, era: bytes, value: float | None) -> None:
        if len(self.chosen) < MOST_SAMPLED:
            self.chosen.append((id[:MOST_ID], era, value))
        else:
            self.cut = True

    def sketch(self) -> Sketch:
        """Return what is said of the whole."""
        eras = len(self.values) if self.where.era is not None else 0
        return Sketch(rows=self.rows, unread=self.unread, eras=eras, sampled=len(self.chosen), cut=self.cut)

    def samples(self) -> Iterator[Sample]:
        """Yield the chosen rows, era by era. Takes the predictions with it."""
        of_an_era: dict[bytes, list[tuple[bytes, float | None]]] = {}
        for id, era, value in self.chosen:
            of_an_era.setdefault(era, []).append((id, value))
        for era, chosen in of_an_era.items():
            ordered = sorted(self.values.pop(era, ()))
            name = era.decode("utf-8", "replace") if self.where.era is not None else None
            for id, value in chosen:
                yield Sample(id.decode("utf-8", "replace"), name, rank(ordered, value))


def rank(ordered: list[float], value: float | None) -> float | None:
    """Return where a value stands among all: between 0 and 1, in the middle of its equals."""
    if value is None:
        return None
    places = bisect_left(ordered, value) + bisect_right(ordered, value)
    return round(places / (2 * len(ordered)), DIGITS)


def read(pieces: Iterable[bytes]) -> Reader:
    """Read a table. Raises NoSketch that says why it has no sketch."""
    found: Reader | None = None
    for line in lines(pieces):
        if found is None:
            if packed := packed_as(line):
                raise NoSketch(f"it is {packed}, which is not looked into")
            found = Reader(line)
        else:
            found.take(line)
    if found is None:
        raise NoSketch("it is empty")
    return found
