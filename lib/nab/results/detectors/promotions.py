"""Promotions: the first submission that a candidate made, and how the two are tied."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from nab.results.detectors.families import Candidate
from nab.results.detectors.records import Run

VERSION = 1
LIKE = 0.999  # Spearman's rho of two sketches that are of the same predictions
SAME_MODEL = 0.98  # below it a submission is of another model than the one before


class Tie(StrEnum):
    """How a submission is tied to the candidate that it was made by. Claims on precedence use the first two only."""

    HASH = "hash"
    SKETCH = "sketch"
    SCRIPT = "script"
    TIME = "time"


SURE = frozenset({Tie.HASH, Tie.SKETCH})


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate's first submission."""

    candidate: str
    submission: str
    round: int
    at: float
    tie: Tie
    evidence: tuple[str, ...]


def of_run(
    run: Run, candidates: Sequence[Candidate], likeness: dict[tuple[str, str], float] | None = None
) -> list[Promotion]:
    """Return a run's promotions. `likeness`: of submissions' and diagnosed files' sketches, by both hashes."""
    found: dict[str, Promotion] = {}
    last_script = ""
    for place, one in enumerate(run.submissions):
        known = [each for each in candidates if each.at <= one.at]
        tied = tie(one.sha256, known, likeness or {})
        if tied is None:
            other_script = bool(one.script) and one.script != last_script
            other_model = one.likeness is not None and one.likeness < SAME_MODEL
            if known and (other_script or other_model or place == 0):
                tied = known[-1], Tie.SCRIPT if other_script else Tie.TIME
        last_script = one.script or last_script
        if tied and tied[0].identity not in found:
            candidate, kind = tied
            found[candidate.identity] = Promotion(
                candidate=candidate.identity,
                submission=one.id,
                round=one.round,
                at=one.at,
                tie=kind,
                evidence=(*candidate.evidence, one.id),
            )
    return sorted(found.values(), key=lambda one: one.at)


def tie(
    sha256: str, known: Sequence[Candidate], likeness: dict[tuple[str, str], float]
) -> tuple[Candidate, Tie] | None:
    """Tie a file to the newest candidate of the same content; None where there is none."""
    if not sha256:
        return None
    for one in reversed(known):
        if one.sha256 and one.sha256 == sha256:
            return one, Tie.HASH
    for one in reversed(known):
        if one.sha256 and likeness.get((one.sha256, sha256), 0.0) >= LIKE:
            return one, Tie.SKETCH
    return None
