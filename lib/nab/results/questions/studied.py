"""A run with everything that the detectors found in it, and what the log tells of its rounds, costs and leftovers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from nab.results.behaviour.promotions import Choice
from nab.results.behaviour.research import Audit
from nab.results.detectors import (
    effort,
    families,
    knowledge,
    metrics,
    promotions,
    signatures,
    silence,
    weak_features,
)
from nab.results.detectors.audit import Performance
from nab.results.detectors.effort import Effort
from nab.results.detectors.families import Candidate
from nab.results.detectors.knowledge import Item
from nab.results.detectors.metrics import Row
from nab.results.detectors.promotions import Promotion
from nab.results.detectors.records import Run
from nab.results.detectors.signatures import Signature
from nab.results.detectors.silence import Silence
from nab.results.detectors.weak_features import Noticed


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A round that an entrant owed: what became of it, whose doing a miss was, what was said of it before."""

    round: int
    status: str
    on_time: bool = False
    cause: str = ""
    evidence: tuple[str, ...] = ()
    corrected_from: str = ""
    corrected_seconds: float = 0.0
    percentile: float | None = None


class Leftover(msgspec.Struct, frozen=True, kw_only=True):
    """A process that outlived its session; `seconds` until it was gone, or until now."""

    id: str
    argv: str
    seconds: float
    cpu_seconds: float | None = None
    ended: bool = True


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A session's end: how, and whether a later one called a tool and changed the workspace within a day."""

    id: str
    ending: str
    at: float
    recovered: bool = False


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the log tells of a run, beside its records."""

    owed: tuple[Owed, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    leftover_submissions: int = 0
    told_leftovers: bool = False
    ended: tuple[Ended, ...] = ()
    cpu_seconds: float | None = None
    gpu_seconds: float | None = None
    joules: float | None = None
    tokens: int = 0
    usd: float | None = None
    differences: tuple[tuple[int, float], ...] = ()  # final rounds: score minus the frozen control's
    control: str = ""
    artifact_at: float | None = None  # when the first artifact that was later verified was made
    artifact: tuple[str, ...] = ()
    prompt_version: str = ""


@dataclass(frozen=True)
class Studied:
    """A run's records with all that is found in them; each is worked out once, when it is asked."""

    run: Run
    told: Told = field(default_factory=Told)
    audited: Mapping[str, Performance] = field(default_factory=dict)
    real: Mapping[str, Audit | None] = field(default_factory=dict)
    likeness: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def entrant(self) -> str:
        return self.run.entrant

    @cached_property
    def rows(self) -> list[Row]:
        return metrics.ledger(self.run)

    @cached_property
    def items(self) -> list[Item]:
        return knowledge.of_run(self.run)

    @cached_property
    def signatures(self) -> list[Signature]:
        return signatures.of_run(self.run)

    @cached_property
    def silences(self) -> list[Silence]:
        return silence.of_run(self.run, self.rows)

    @cached_property
    def candidates(self) -> list[Candidate]:
        return families.candidates(self.run, self.rows)

    @cached_property
    def promotions(self) -> list[Promotion]:
        return promotions.of_run(self.run, self.candidates, dict(self.likeness))

    @cached_property
    def noticed(self) -> Noticed:
        return weak_features.of_run(self.run, self.rows)

    @cached_property
    def effort(self) -> dict[Effort, float]:
        return effort.of_run(self.run)

    def choices(self, promoted: Sequence[Promotion]) -> list[Choice]:
        """Return promotions as choices among the candidates that were known then."""
        return [
            Choice(
                one.candidate, {each.identity: each.metrics for each in self.candidates if each.at <= one.at}
            )
            for one in promoted
        ]

    def by(self, *names: str) -> tuple[str, ...]:
        """Say how good the detectors are that feed an answer."""
        return tuple(self.audited[name].words for name in names if name in self.audited)

    def worked(self, until: float) -> float:
        """Return the working seconds up to a moment: all but waiting for a turn, for quota, and for nobody."""
        upto = effort.of_run(msgspec.structs.replace(self.run, until=min(until, self.run.until)))
        return sum(upto.values()) - upto[Effort.PAUSED] - upto[Effort.QUOTA] - upto[Effort.DEAD]
