"""A coding agent's run that was just started, with a real log and real files and no box, and whoever looks after it."""

import json
import time
from datetime import timedelta

import msgspec

from nab.actions.prompts import session
from nab.actions.runs import sessions
from nab.core.facts import RunIntended, RunStarted
from nab.core.levels import Level
from nab.core.text import times
from nab.edges import clock
from nab.edges.untrusted import outboxes
from support.records.recorded import KEPT
from support.repository.benches import bench_on

RUN, WHO = "2026-05-16T130207Z-codex-l3", "codex-l3"
SETTINGS = """
[limits]
wind_down_minutes = 5
silent_minutes = 10
[[entrants]]
agent = "codex"
level = "L3"
model = "nab_codex_l3"
"""


class Following:
    """A run that was just started, and whoever looks after its sessions."""

    def __init__(self, folder, level=Level.L3, budget=3600.0, minutes_ago=0.0):
        self.bench = bench_on(folder, SETTINGS)
        self.paths = self.bench.run(RUN)
        intended = RunIntended(
            agent="codex", level=level, model="nab_codex_l3", model_id="m", image="i", digests={},
            budget_seconds=budget, objective_sha256="0" * 64, slot="s", llm="gpt-6.1-sol",
        )  # fmt: skip
        started = clock.now() - timedelta(minutes=minutes_ago)
        for fact in (intended, RunStarted(started_at=times.text(started))):
            self.bench.log.append(fact, entrant=WHO, run=RUN)
        self.paths.control.mkdir(parents=True)
        (self.paths.control / session.TASK).write_text("Take part.")
        self.looking = self.again()

    def again(self):
        """Somebody else looks from now on."""
        (run,) = sessions.runs(self.bench.log.events()).values()
        self.looking = sessions.of(self.bench, run)
        return self.looking

    @property
    def order(self):
        return json.loads((self.paths.control / outboxes.ORDER).read_text())

    def ends(self, session, recorded, exit_code=0, **said):
        """Leave in the outbox what a real program left there when it ended."""
        folder = self.paths.outbox.own_path / session
        folder.mkdir(parents=True)
        (folder / "stdout").write_bytes((KEPT / "codex" / f"{recorded}.stdout").read_bytes())
        (folder / "stderr").write_bytes((KEPT / "codex" / f"{recorded}.stderr").read_bytes())
        now = time.time()
        ended = outboxes.SessionEnd(now - 1, now, exit_code, **said)
        (folder / "ended.json").write_bytes(msgspec.json.encode(ended))

    def facts(self, kind):
        return [event.fact for event in self.bench.log.events() if event.kind == kind]

    def is_later(self, monkeypatch, minutes):
        """Let time pass."""
        passed = timedelta(minutes=minutes)
        now, monotonic = clock.now, clock.monotonic
        monkeypatch.setattr(clock, "now", lambda: now() + passed)
        monkeypatch.setattr(clock, "monotonic", lambda: monotonic() + passed.total_seconds())
