"""Small seasons, told as the records that the procedure is given."""

from __future__ import annotations

import math

RULES = {
    "first": 1,
    "last": 70,
    "horizon": 20,
    "delta": 0.003,
    "looks": [20, 40, 60],
    "alphas": [0.01, 0.015, 0.025],
    "pairs": [["a", "b"], ["a", "c"], ["b", "c"]],
    "metric": "mmc",
    "version": "v1",
    "ends": "2027-06-01T00:00:00Z",
}
BEFORE, AFTER = "2027-03-01T00:00:00.000Z", "2027-06-01T00:00:00.000Z"


def noise(entrant: str, round_: int) -> float:
    """Return noise that neighbouring rounds share, and no two entrants."""
    phase = sum(map(ord, entrant))
    return 0.004 * math.sin(round_ / 2.7 + phase) + 0.003 * math.sin(round_ * 1.3 + 2.1 * phase)


def scores(means: dict[str, float], rounds, amplitude: float = 1.0, **changed) -> list[dict]:
    """Return a final score of everybody in every round, in the order of rounds."""
    told = []
    for round_ in rounds:
        for entrant, mean in means.items():
            value = round(mean + amplitude * noise(entrant, round_), 6)
            told.append(record(entrant=entrant, round=round_, value=value, **changed))
    return numbered(told)


def record(**told) -> dict:
    return {"known": BEFORE, "entrant": "", "round": 0, "day": 20, "value": None, "version": "v1"} | told


def numbered(records: list[dict], first: int = 10) -> list[dict]:
    """Number records in the order that they stand in, as a log does, with other events between."""
    return [one | {"seq": first + 2 * i} for i, one in enumerate(records)]
