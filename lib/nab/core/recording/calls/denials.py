"""What the proxy refused, folded into few facts: an agent that knocks a thousand times is told of once in a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nab.core.facts import CallsDenied
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Phase, Refusal

MANY = "(many others)"
MOST_HOSTS = 100
QUIET_SECONDS = 600.0

Kind = tuple[str, str]  # the rule, and the host


@dataclass(frozen=True)
class Denial:
    """One refused call: when, by which rule and why, and where it stands in the record (bytes)."""

    time: str
    rule: str
    why: str
    host: str
    place: int
    count: int = 1


def read(line: bytes, place: int) -> Denial | None:
    """Read a line of the record if it tells of a refusal; most do not, and are not decoded."""
    if not lines.REFUSALS.matches(line):
        return None
    told = lines.decode(line, Refusal)
    if told is None:
        return None
    if told.phase == Phase.FOLDED:
        return Denial(told.time, told.rule, "refused for this rule", told.host, place, told.count)
    return Denial(told.time, told.denied.rule, told.denied.why, told.host, place) if told.denied else None


@dataclass
class Pending:
    """What has been refused and is not in the log yet."""

    told: dict[Kind, float] = field(default_factory=dict)
    upto: dict[Kind, int] = field(default_factory=dict)
    waiting: dict[Kind, CallsDenied] = field(default_factory=dict)

    def remember(self, facts: Iterable[CallsDenied]) -> None:
        """Take up what the log has already, after a restart."""
        for fact in facts:
            kind = (fact.rule, fact.host)
            self.upto[kind] = max(fact.upto, self.upto.get(kind, 0))

    def add(self, denial: Denial) -> None:
        """Count one refused call, unless the log counts it already."""
        kind = self.kind(denial)
        if denial.place < self.upto.get(kind, 0):
            return
        so_far = self.waiting.get(kind)
        self.upto[kind] = denial.place + 1
        self.waiting[kind] = CallsDenied(
            rule=denial.rule,
            why=denial.why if kind[1] != MANY else "refused for this rule",
            host=kind[1],
            count=denial.count + (so_far.count if so_far else 0),
            first=so_far.first if so_far else denial.time,
            last=denial.time,
            upto=denial.place + 1,
        )

    def kind(self, denial: Denial) -> Kind:
        """Say what a call is counted with; hosts beyond the hundredth are counted together."""
        kind = (denial.rule, denial.host)
        return kind if kind in self.upto or len(self.upto) < MOST_HOSTS else (denial.rule, MANY)

    def due(self, now: float, *, all_of_them: bool = False) -> Iterator[CallsDenied]:
        """Yield what is to be written now: a kind at once, and then every ten minutes at most. `now`: seconds."""
        for kind in list(self.waiting):
            if all_of_them or now - self.told.get(kind, -QUIET_SECONDS) >= QUIET_SECONDS:
                self.told[kind] = now
                yield self.waiting.pop(kind)
