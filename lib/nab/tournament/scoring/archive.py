"""Rounds whose last score is in: on the disk, so that a long history costs no memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import msgspec
import numpy as np

from nab.tournament.rounds.schedule import LONG_DAYS
from nab.tournament.scoring.scorebook import Mark, RoundScores, Table
from nab.tournament.store import Store

NAME_ENDS = "\n"


class KeptTable(msgspec.Struct, array_like=True):
    """A table as it is kept: names joined, numbers as their eight bytes."""

    metric: str
    day: int
    names: int
    values: bytes
    percentiles: bytes


class KeptRound(msgspec.Struct, array_like=True):
    """A round as it is kept; the names are those of several tables."""

    names: list[str]
    tables: list[KeptTable]


@dataclass(frozen=True)
class Archive:
    """The finished rounds."""

    store: Store

    def add(self, number: int, scores: RoundScores) -> None:
        """Keep a round for good."""
        with self.store.transaction():
            self.store.change("INSERT OR REPLACE INTO rounds VALUES (?, ?)", (number, packed(scores)))
            for model, marks in scores.kept.items():
                content = msgspec.msgpack.encode([astuple(mark) for mark in marks])
                self.store.change("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", (model, number, content))

    def skip(self, numbers: Iterable[int]) -> None:
        """Keep rounds that nobody could take part in."""
        nothing = packed(RoundScores())
        with self.store.transaction():
            for number in numbers:
                self.store.change("INSERT OR IGNORE INTO rounds VALUES (?, ?)", (number, nothing))

    def numbers(self, lowest: int) -> set[int]:
        """Return the numbers of finished rounds from one on."""
        return {row[0] for row in self.store.rows("SELECT number FROM rounds WHERE number >= ?", (lowest,))}

    def newest(self, count: int) -> list[tuple[int, RoundScores]]:
        """Return the newest finished rounds, oldest first."""
        rows = self.store.rows("SELECT number, content FROM rounds ORDER BY number DESC LIMIT ?", (count,))
        return [(number, unpacked(content)) for number, content in reversed(rows)]

    def scores(self, number: int) -> RoundScores | None:
        """Return the final tables of a round, without the days before."""
        found = self.store.rows("SELECT content FROM rounds WHERE number = ?", (number,))
        return unpacked(found[0][0]) if found else None

    def marks(self, model: str, lowest: int) -> dict[int, list[Mark]]:
        """Return every day's marks of one of our models, by round, from one round on."""
        rows = self.store.rows(
            "SELECT round, content FROM marks WHERE model = ? AND round >= ?", (model, lowest)
        )
        return {number: [Mark(*kept) for kept in msgspec.msgpack.decode(content)] for number, content in rows}


def packed(scores: RoundScores) -> bytes:
    """Write a round's final tables."""
    names = list(dict.fromkeys(NAME_ENDS.join(table.names) for table in scores.newest.values()))
    tables = [
        KeptTable(
            metric,
            table.day,
            names.index(NAME_ENDS.join(table.names)),
            table.values.astype("<f8").tobytes(),
            table.percentiles.astype("<f8").tobytes(),
        )
        for metric, table in scores.newest.items()
    ]
    return msgspec.msgpack.encode(KeptRound(names, tables))


def unpacked(content: bytes) -> RoundScores:
    """Read a round's final tables."""
    kept = msgspec.msgpack.decode(content, type=KeptRound)
    names = [tuple(joined.split(NAME_ENDS)) for joined in kept.names]
    tables = {
        table.metric: Table(
            table.day,
            names[table.names],
            np.frombuffer(table.values, dtype="<f8"),
            np.frombuffer(table.percentiles, dtype="<f8"),
        )
        for table in kept.tables
    }
    return RoundScores(LONG_DAYS, tables)
