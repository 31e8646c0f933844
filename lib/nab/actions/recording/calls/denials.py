"""Take what the proxy refused into the log."""

from __future__ import annotations

from dataclasses import dataclass, field

from nab.actions.bench import Bench
from nab.core.facts import CallsDenied
from nab.core.recording.calls import denials
from nab.core.recording.calls.denials import Pending
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import records


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
        for place, line in records.lines_after(self.bench.run(self.run).http, self.place):
            self.place = place + len(line) + 1
            if (denial := denials.read(line, place)) is not None:
                self.pending.add(denial)
        for fact in self.pending.due(clock.monotonic(), all_of_them=last):
            self.bench.log.append(fact, entrant=self.entrant, run=self.run, round=self.round)
            failpoints.reach(Failpoint.DENIALS_TOLD)
