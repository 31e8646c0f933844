"""Scores as of a place in the log: of what was heard of an entrant in a round, the last word on the latest day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nab.results.verdicts.registration import Record, Registration


@dataclass
class Scores:
    """The final scores of a season in the registered version, as far as they were heard."""

    registration: Registration
    known: dict[str, dict[int, tuple[int, int, float]]] = field(default_factory=dict)

    def put(self, record: Record) -> bool:
        """Hear a record; say whether a score is another than before. A null leaves the older value standing."""
        rules = self.registration
        if record.value is None or record.day < rules.horizon or record.version != rules.version:
            return False
        if not rules.first <= record.round <= rules.last:
            return False
        rounds = self.known.setdefault(record.entrant, {})
        before = rounds.get(record.round)
        if before is not None and (record.day, record.seq) < before[:2]:
            return False
        rounds[record.round] = (record.day, record.seq, record.value)
        return before is None or before[2] != record.value

    def value(self, entrant: str, round_: int) -> float | None:
        """Return an entrant's score in a round; None where there is none."""
        found = self.known.get(entrant, {}).get(round_)
        return None if found is None else found[2]

    def of(self, entrant: str) -> dict[int, float]:
        """Return an entrant's scores by round, in ascending order."""
        return {round_: value for round_, (_, _, value) in sorted(self.known.get(entrant, {}).items())}


def scores(registration: Registration, records: Iterable[Record], upto: int) -> Scores:
    """Fold the scores as of a seq."""
    found = Scores(registration)
    for record in sorted((one for one in records if one.seq <= upto), key=place):
        found.put(record)
    return found


def place(record: Record) -> tuple[int, str, int, int, str, float]:
    """Order records, those of one seq among them, whatever order they were given in."""
    value = float("-inf") if record.value is None else record.value
    return record.seq, record.entrant, record.round, record.day, record.version, value
