"""A bench with a local tournament and no Docker engine: entrants that are enrolled by hand, and real uploads."""

from __future__ import annotations

import json
import signal
from copy import copy
from datetime import datetime, timedelta
from pathlib import Path

import numerapi
import requests
from numerapi import base_api

from nab.actions.scores import scores
from nab.actions.windows import tick as windows_tick
from nab.core.facts import EntrantEnrolled, RunStarted
from nab.core.levels import Level
from nab.core.text import times
from nab.edges import clock
from support.records.logs import intended
from support.repository.benches import bench_on
from support.servers.local_tournaments import predictions
from support.worlds.world import World

SETTINGS = """
[tournament]
local_port = {port}
[limits]
slot = "{slot}"
submit_minutes = 0.2
[[entrants]]
agent = "baseline"
level = "L3"
model = "nab_baseline_l3"
[[entrants]]
agent = "codex"
level = "L4"
model = "nab_codex_l4"
"""
NOWHERE = "unix:///nonexistent/docker.sock"
PACE = ("--rounds-every", "600", "--window", "400", "--scoring-day", "10", "--first-score-lag", "1")
GRACE = 401  # seconds after a close of this pace, from which on an answer counts


class QuietWorld(World):
    """A world where nothing runs in a box. Its tournament's clock is moved on instead of waited for."""

    def __init__(self, folder: Path, *pace: str) -> None:
        super().__init__(folder, *(pace or PACE), "--rate-limits", "none", settings=SETTINGS)
        self.api_url = self.url.removesuffix("/admin/health")
        self.ahead = timedelta()

    def begin_again(self, folder: Path) -> QuietWorld:
        """Return a world with a bench of its own on this world's tournament, whose faults are over."""
        folder.mkdir()
        again = copy(self)
        port = int(self.api_url.rpartition(":")[2])
        again.bench = bench_on(folder, SETTINGS.format(port=port, slot=f"t{port}"))
        again.bench.paths.root.mkdir(parents=True, exist_ok=True)
        again.bench.paths.tournament.symlink_to(self.bench.paths.tournament)
        again.clear()
        again.ahead = again.offset()
        return again

    def health(self) -> dict:
        return dict(requests.get(self.url, timeout=10).json())

    def admin(self, path: str, **body: object) -> None:
        answer = requests.post(f"{self.api_url}/admin/{path}", json=body, timeout=60)
        assert answer.ok, answer.text

    def fault(self, described: str) -> None:
        self.admin("faults", fault=described)

    def clear(self) -> None:
        requests.delete(f"{self.api_url}/admin/faults", timeout=10)

    def advance(self, seconds: float) -> None:
        self.admin("clock", seconds=seconds)
        self.ahead += timedelta(seconds=seconds)

    def let_our_clock_go_along(self, monkeypatch) -> None:
        """From here on time passes for us as it does for the tournament, in this process."""
        ours = clock.now
        monkeypatch.setattr(clock, "now", lambda: ours() + self.ahead)
        self.bench.log._now = clock.now

    def until(self, event: str) -> float:
        health = self.health()
        return (datetime.fromisoformat(health[event]) - datetime.fromisoformat(health["now"])).total_seconds()

    def to_a_fresh_round(self) -> int:
        self.advance(self.until("next_opens") + 1)
        return int(self.health()["round"])

    def past_the_grace(self) -> None:
        self.advance(self.until("closes_on_time") + GRACE)

    def enrol(
        self,
        agent: str,
        level: Level,
        *,
        script: str | None = None,
        model: str = "",
        over: bool = True,
    ) -> str:
        """Have an entrant as a run that was started (L4) or has ended (others) leaves it; returns its name.

        A run of the others that is not `over` has enrolled nobody.
        """
        entrant = f"{agent}-{level.value.lower()}"
        model = model or f"nab_{agent}_{level.value.lower()}"
        run = f"2026-05-15T090000Z-{entrant}"
        model_id = self.health()["models"][model]
        fact = intended(agent, level)
        fact = type(fact)(
            **{**{f: getattr(fact, f) for f in fact.__struct_fields__}, "model": model, "model_id": model_id}
        )
        note = self.bench.log.append
        note(fact, entrant=entrant, run=run)
        if level is Level.L4:
            note(RunStarted(started_at=times.text(clock.now())), entrant=entrant, run=run)
        elif over:
            enrolled = EntrantEnrolled(agent=agent, level=level, model=model, model_id=model_id)
            note(enrolled, entrant=entrant, run=run)
        workspace = self.bench.run(run).workspace.own_path
        workspace.mkdir(parents=True, exist_ok=True)
        if script is not None:
            (workspace / "submit.sh").write_text(script)
            (workspace / "submit.sh").chmod(0o755)
        return entrant

    def client(self) -> numerapi.NumerAPI:
        """Return an unmodified numerapi that speaks to this tournament."""
        key = json.loads((self.bench.paths.tournament / "key.json").read_text())
        base_api.API_TOURNAMENT_URL = self.api_url
        return numerapi.NumerAPI(
            key["public_id"], key["secret_key"], verbosity="error", show_progress_bars=False
        )

    def upload(self, entrant: str) -> str:
        """Submit as that entrant's agent does."""
        model = self.bench.models().of[entrant][-1].id
        api = self.client()
        return str(api.upload_predictions(df=predictions(api), model_id=model))

    def offset(self) -> timedelta:
        """How far the tournament's clock is ahead of ours."""
        return datetime.fromisoformat(self.health()["now"]) - clock.now()

    def tick(self) -> dict:
        return windows_tick.tick(self.bench)

    def row(self, entrant: str, number: int):
        rows = self.bench.standings().rows
        return next(row for row in rows if (row.entrant, row.round.number) == (entrant, number))

    def fetch_scores(self) -> int:
        from nab.edges.numerai import api

        return scores.fetch(self.bench, api.connect(self.bench.config))

    def close(self) -> None:
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(20)
