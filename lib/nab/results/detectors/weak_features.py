"""When an agent noticed that its features are weak: W, the evidence; A, what it did about it; V, what it said."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from nab.results.detectors import code
from nab.results.detectors.families import VALIDATED
from nab.results.detectors.metrics import Row
from nab.results.detectors.records import Run

VERSION = 1
DELTA = 0.0005  # of validation CORR
NAMED = re.compile(
    r"(?:\bfeatures?(?: sets?| engineering)?\b[^.\n]{0,60}\b(?:weak|limit(?:ed|ing|ation)?|bottleneck"
    r"|uninformative|noisy|redundant|not enough"
    r"|insufficient|poor|too few)\b)|(?:\b(?:weak|uninformative|noisy|redundant|poor|too few"
    r"|limited)\b[^.\n]{0,40}\bfeatures?\b)",
    re.IGNORECASE,
)


class Noticed(msgspec.Struct, frozen=True, kw_only=True):
    """W, A and V, each with its time and place; None where there was none. `benchmark` is what W lies below."""

    benchmark: float | None = None
    value: float | None = None
    weak_at: float | None = None
    weak: str = ""
    acted_at: float | None = None
    acted: str = ""
    said_at: float | None = None
    said: str = ""
    until: float = 0.0

    @property
    def latency(self) -> float | None:
        """Seconds from the evidence to the first action; None where there was either none."""
        if self.weak_at is None or self.acted_at is None:
            return None
        return self.acted_at - self.weak_at

    @property
    def censored(self) -> bool:
        """There was evidence, and no action until the end of the record."""
        return self.weak_at is not None and self.acted_at is None


def of_run(run: Run, rows: Sequence[Row]) -> Noticed:
    """Find W, A and V. The benchmark is what the agent itself printed of Numerai's benchmark, on the same surface."""
    known: dict[str, float] = {}
    weak: tuple[Row, float] | None = None
    for row in rows:
        if row.name != "corr" or row.surface not in VALIDATED:
            continue
        if row.benchmark:
            known[row.surface] = row.value
        elif weak is None and row.surface in known and row.value < known[row.surface] - DELTA:
            weak = row, known[row.surface]
    if weak is None:
        return Noticed(benchmark=next(iter(known.values()), None), until=run.until)
    row, benchmark = weak
    acted = first_change(run, row.at)
    later = (one for one in run.said if one.role == "assistant" and one.at > row.at)
    said = next((one for one in later if NAMED.search(one.text)), None)
    return Noticed(
        benchmark=benchmark,
        value=row.value,
        weak_at=row.at,
        weak=row.source,
        acted_at=acted[0] if acted else None,
        acted=acted[1] if acted else "",
        said_at=said.at if said else None,
        said=said.id if said else "",
        until=run.until,
    )


def first_change(run: Run, after: float) -> tuple[float, str] | None:
    """Return the first later change of which features a program uses or makes."""
    used: dict[str, str] = {}
    every: set[str] = set()
    for change in run.programs:
        tree = code.parsed(code.python(change.path, change.text or ""))
        if tree is None:
            continue
        now = code.features(tree)
        if change.at > after and now and now != used.get(change.path, "") and now not in every:
            return change.at, change.id
        used[change.path] = now
        every.add(now)
    return None
