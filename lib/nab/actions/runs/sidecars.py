"""Keep the witnesses of a run alive: its proxy, and the sidecars beside it. A gap is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import click

from nab.actions.bench import Bench
from nab.actions.boxes import proxy
from nab.actions.recording import engine_events, resource_monitor
from nab.actions.recording.processes import census
from nab.actions.recording.sessions import collector
from nab.actions.recording.workspace import git_watcher
from nab.core.errors import NabError
from nab.core.facts import PROXY, GapSeen
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges import clock, process
from nab.edges.docker import boxes
from nab.edges.files import locks
from nab.edges.kernel import cpu_times

SIDECARS = {
    git_watcher.DUTY: "git_watcher.py",
    resource_monitor.DUTY: "resource_monitor.py",
    engine_events.DUTY: "engine_follower.py",
    collector.DUTY: "collector.py",
    census.DUTY: "process_census.py",
}
OF_CODING_AGENTS = {collector.DUTY, census.DUTY}  # only they have sessions
GRACE_SECONDS = 10.0  # how long a sidecar may do nothing between its start and its lock


@dataclass
class Witnesses:
    """Who was there when we last looked."""

    bench: Bench
    run: Run
    there: dict[str, datetime] = field(default_factory=dict)
    starting: dict[str, clock.Patience] = field(default_factory=dict)

    @property
    def sidecars(self) -> list[str]:
        """The duties that this run needs."""
        return [duty for duty in SIDECARS if duty not in OF_CODING_AGENTS or self.run.intended.llm]

    def start(self) -> None:
        """Start what is not there: of an adopted run, its proxy may be gone, and sidecars that were killed too."""
        for duty in self.sidecars:
            if not locks.is_held(self.bench.run(self.run.name).lock(duty)):
                self.start_sidecar(duty)
        self.look_at_proxy()

    def start_sidecar(self, duty: str) -> None:
        words = self.bench.program(SIDECARS[duty], "--run", self.run.name)
        pid = process.start_detached(*words, output=self.bench.run(self.run.name).log)
        self.starting[duty] = clock.Patience(GRACE_SECONDS, lambda: cpu_times.tenths_of_tree(pid))

    def look(self) -> None:
        """Bring back whoever is gone, and write down since when."""
        for duty in self.sidecars:
            self.look_at_sidecar(duty)
        self.look_at_proxy()

    def look_at_sidecar(self, duty: str) -> None:
        if locks.is_held(self.bench.run(self.run.name).lock(duty)):
            self.there[duty] = clock.now()
            self.starting.pop(duty, None)
        elif not self.is_starting(duty) and self.box_runs():
            self.start_sidecar(duty)
            self.note(duty, self.there.get(duty), "its process had ended")

    def is_starting(self, duty: str) -> bool:
        """Say whether a sidecar may still come to its lock: on a slow machine that takes it long."""
        return duty in self.starting and not self.starting[duty].lost

    def box_runs(self) -> bool:
        """Say whether there is anything to witness: the sidecars end with the box."""
        box = self.bench.agent_box(self.run.name)
        return box is not None and box.running

    def look_at_proxy(self) -> None:
        """A box without its proxy has no way out: that is our doing, and the agent's calls fail until it is back."""
        found = self.bench.find_boxes(self.run.name, boxes.PROXY)
        if any(box.works for box in found):
            self.there[PROXY] = clock.now()
            return
        gone_at = times.maybe(found[0].finished_at) if found else None
        code = why_gone(found[0]) if found else "it had ended: its box was removed"
        try:
            proxy.up(self.bench, self.run, proxy.WORK)
        except NabError as error:
            click.echo(f"{times.text(clock.now())} the proxy of {self.run.name}: {error.message}", err=True)
            return  # the next look tries again; the gap is written down when it is over
        self.note(PROXY, gone_at or self.there.get(PROXY), code)

    def note(self, witness: str, began: datetime | None, reason: str) -> None:
        """Write the gap down, from when the witness was last known to be there."""
        now = times.text(clock.now())
        since = times.text(began) if began else (self.run.started_at or now)
        fact = GapSeen(witness=witness, began=since, ended=now, reason=reason)
        self.bench.log.append(fact, entrant=self.run.entrant, run=self.run.name)
        click.echo(
            f"  {self.run.entrant} │ [nab] the {witness} was gone since {since} ({reason}); it is back"
        )


def why_gone(box: boxes.Box) -> str:
    """Say why a proxy that is there does nothing. Nobody of ours pauses one."""
    return f"its box was {box.status}" if box.running else f"it had ended: exit code {box.exit_code}"
