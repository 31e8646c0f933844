"""Candidates and their families: whether an agent diversified its search or doubled down on one kind of model.

A candidate is a model whose predictions were scored: a diagnosis, or a call that printed a validation metric. Its
family is what its programs were made of at that time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import exp, fsum, log

import msgspec

from nab.results.detectors import code
from nab.results.detectors.metrics import Row, Surface
from nab.results.detectors.records import Run

VERSION = 2
METRICS = ("corr", "sharpe", "rmse", "mse", "accuracy", "r2", "mae")
VALIDATED = frozenset({Surface.VALIDATION, Surface.DIAGNOSTICS})
FEWEST = 5  # candidates
NARROW, WIDE = 1.5, 2.5  # effective families: below the one it doubled down, above the other it diversified


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate: its identity (predictions' hash where there is one), family, what it was scored and where."""

    identity: str
    at: float
    family: str
    metrics: dict[str, float]
    evidence: tuple[str, ...]
    sha256: str = ""
    diagnosed: bool = False
    cpu_seconds: float = 0.0
    session: str = ""


class Diversity(msgspec.Struct, frozen=True, kw_only=True):
    """How wide a search was: effective families by compute share, how often the next one was of another family."""

    candidates: int
    families: dict[str, int]
    effective: float
    switches_after_bad: tuple[int, int]
    by_compute: bool


def candidates(run: Run, rows: Sequence[Row]) -> list[Candidate]:
    """Return a run's candidates in order of time, each with the compute since the one before it."""
    found = [
        Candidate(
            identity=one.sha256 or one.id,
            at=one.at,
            family="",
            metrics=short(one.metrics),
            evidence=(one.id,),
            sha256=one.sha256,
            diagnosed=True,
            session=one.session,
        )
        for one in run.diagnoses
    ]
    by_source: dict[str, list[Row]] = {}
    diagnosed = {one.id for one in run.diagnoses}
    for row in rows:
        source = row.source.partition("#")[0]
        if row.surface in VALIDATED and row.name in METRICS and not row.benchmark and source not in diagnosed:
            by_source.setdefault(source, []).append(row)
    sessions = {one.id: one.session for one in (*run.calls, *run.changes)}
    for source, told in by_source.items():
        metrics = {row.name: row.value for row in told}
        found.append(
            Candidate(
                identity=f"{source} {sorted(metrics.items())}",
                at=told[0].at,
                family="",
                metrics=metrics,
                evidence=tuple(row.source for row in told[:4]),
                session=sessions.get(source, ""),
            )
        )
    ordered = sorted(found, key=lambda one: one.at)
    kinds, spent = Timeline(run), compute(run, [one.at for one in ordered])
    return [
        msgspec.structs.replace(one, family=kinds.at(one.at), cpu_seconds=seconds)
        for one, seconds in zip(ordered, spent, strict=True)
    ]


def short(metrics: dict[str, float | None]) -> dict[str, float]:
    """Name what Numerai's diagnostics say as the ledger does; null is not there."""
    names = {
        "validationCorrMean": "corr", "validationMmcMean": "mmc", "validationBmcMean": "bmc",
        "validationCorrSharpe": "sharpe",
        "validationCorr20V2Mean": "corr", "validationCorrV4Mean": "corr", "validationSharpe": "sharpe",
    }  # fmt: skip
    return {names[name]: value for name, value in metrics.items() if name in names and value is not None}


class Timeline:
    """The family of the newest program that makes a model, at any time."""

    def __init__(self, run: Run) -> None:
        self.times: list[float] = []
        self.words: list[str] = []
        for change in run.programs:
            if kind := code.family(code.python(change.path, change.text or "")):
                self.times.append(change.at)
                self.words.append(kind.words)

    def at(self, moment: float) -> str:
        """Return the family then: of a candidate before the first program is on record, that of the first."""
        if not self.words:
            return "unknown"
        return self.words[max(0, bisect_right(self.times, moment) - 1)]


def compute(run: Run, moments: Sequence[float]) -> list[float]:
    """Return the CPU seconds between one moment and the one before it."""
    times = [one.at for one in run.samples]
    used, total, before = [], 0.0, 0.0
    for one in run.samples:  # a counter begins anew with its box
        total += one.cpu_seconds - before if one.cpu_seconds >= before else one.cpu_seconds
        before = one.cpu_seconds
        used.append(total)
    found, last = [], 0.0
    for moment in moments:
        place = bisect_right(times, moment) - 1
        now = used[place] if place >= 0 else 0.0
        found.append(max(0.0, now - last))
        last = now
    return found


def diversity(found: Sequence[Candidate]) -> Diversity:
    """Return how wide a search was. Where no compute is on record each candidate counts the same."""
    total = fsum(one.cpu_seconds for one in found)
    weight: dict[str, float] = {}
    counts: dict[str, int] = {}
    for one in found:
        weight[one.family] = weight.get(one.family, 0.0) + (one.cpu_seconds if total > 0 else 1.0)
        counts[one.family] = counts.get(one.family, 0) + 1
    whole = fsum(weight.values())
    shares = [one / whole for one in weight.values() if one > 0]
    effective = exp(-fsum(one * log(one) for one in shares)) if shares else 0.0
    bad = switched = 0
    best: float | None = None
    for one, following in pairwise(found):
        value = one.metrics.get("corr")
        if value is None:
            continue
        if best is not None and value < best:
            bad += 1
            switched += one.family != following.family
        best = value if best is None else max(best, value)
    return Diversity(
        candidates=len(found),
        families=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        effective=effective,
        switches_after_bad=(switched, bad),
        by_compute=total > 0,
    )
