"""Take what the proxy refused into the log."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from nab.actions.bench import Bench
from nab.core.facts import CallsDenied
from nab.core.recording.calls.denials import Denial, Pending
from nab.edges import clock
from nab.edges.files import files


class Line(msgspec.Struct):
    """What is read here of a line of the record (docs/capture.md): a refused call, or a number of them."""

    class Denied(msgspec.Struct):
        rule: str
        why: str

    time: str = ""
    phase: str = ""
    host: str = ""
    denied: Denied | None = None
    rule: str = ""
    count: int = 1

    def denial(self, place: int) -> Denial | None:
        """Return what was refused, or None for a line that tells of something else."""
        if self.phase == "folded":
            return Denial(self.time, self.rule, "refused for this rule", self.host, place, self.count)
        if self.denied is None:
            return None
        return Denial(self.time, self.denied.rule, self.denied.why, self.host, place)


@dataclass
class Denials:
    """Follows a run's record of calls from where it was left."""

    bench: Bench
    entrant: str
    run: str
    round: int | None = None
    place: int = 0
    pending: Pending = field(default_factory=Pending)

    def resume(self) -> None:
        """Take up what the log has already of this run."""
        facts = [event.fact for event in self.bench.log.events() if event.run == self.run]
        self.pending.remember(fact for fact in facts if isinstance(fact, CallsDenied))

    def look(self, *, last: bool = False) -> None:
        """Read the lines that are new, and write what is due; everything, on the last look."""
        for place, line in files.lines_after(self.bench.run(self.run).http, self.place):
            self.place = place + len(line) + 1
            if (denial := read(line, place)) is not None:
                self.pending.add(denial)
        for fact in self.pending.due(clock.monotonic(), all_of_them=last):
            self.bench.log.append(fact, entrant=self.entrant, run=self.run, round=self.round)


def read(line: bytes, place: int) -> Denial | None:
    """Read a line if it tells of a refusal; most do not, and are not parsed."""
    if b'"denied":{' not in line and b'"phase":"folded"' not in line:
        return None
    try:
        return msgspec.json.decode(line, type=Line).denial(place)
    except msgspec.DecodeError:
        return None  # a torn line of a proxy that was killed
