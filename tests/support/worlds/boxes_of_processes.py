"""A real box of a coding agent's kind, with shells in the agent's place, and the census as a process beside it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nab.core.facts import OrphanEnded, OrphanSeen, RunIntended
from nab.core.levels import Level
from nab.edges.docker import boxes
from nab.edges.untrusted import outboxes
from nab.paths import RunPaths
from support.engines.engines import image_or_skip
from support.repository.benches import REPOSITORY, bench_on

RUN, WHO = "2026-05-16T130207Z-codex-l4", "codex-l4"
SETTINGS = "[recording]\nprocesses_every = {every}\n"


class ProcessBox:
    """Sessions in a box, begun as whoever cares for a run begins them."""

    def __init__(self, folder: Path, every: float = 0.5, **options: Any) -> None:
        self.bench = bench_on(folder, SETTINGS.format(every=every))
        self.paths: RunPaths = self.bench.run(RUN)
        for place in (self.paths.control, self.paths.outbox.own_path):
            place.mkdir(parents=True)
            place.chmod(0o777)
        self.bench.log.append(intended(), entrant=WHO, run=RUN)
        self.box = boxes.start(self.bench.engine, self.made(options).id)
        self.census: subprocess.Popen[bytes] | None = None
        self.watch()
        self.wait(lambda: self.lines("appeared"))

    def made(self, options: dict[str, Any]) -> boxes.Box:
        labels = {boxes.STATE: str(self.bench.paths.root), boxes.RUN: RUN, boxes.ROLE: boxes.AGENT}
        runner = REPOSITORY / "images" / "base" / "sessions.py"
        usual = {
            "image": image_or_skip("nab/base"), "command": list(outboxes.PROGRAM), "labels": labels,
            "init": True, "network": "none", "pids_limit": 300, "nano_cpus": int(1e9), "cap_drop": ["ALL"],
            "volumes": {
                str(self.paths.control): {"bind": "/run/nab", "mode": "ro"},
                str(self.paths.outbox.own_path): {"bind": outboxes.MOUNTED, "mode": "rw"},
                str(runner): {"bind": outboxes.PROGRAM[-1], "mode": "ro"},
            },
        }  # fmt: skip
        return boxes.create(self.bench.engine, usual | options)

    def watch(self) -> None:
        """Start the census."""
        self.census = subprocess.Popen(self.bench.program("process_census.py", "--run", RUN))

    def begin(self, session: str, script: str) -> None:
        """Begin a session."""
        outboxes.give(self.paths.control, outboxes.StartOrder(session, ("bash", "-c", script)))

    def ends(self, session: str) -> None:
        """Wait until a session has ended."""
        self.wait(lambda: outboxes.ended(self.paths.outbox, session))

    def session(self, session: str, script: str) -> None:
        """Have a session from its beginning to its end."""
        self.begin(session, script)
        self.ends(session)

    def session_until(self, session: str, script: str, holds: Callable[[], Any]) -> None:
        """Have a session that goes on after its script until something holds, however slow the machine is."""
        self.begin(session, f"{script} {until(session)}")
        self.wait(holds)
        self.tell(session)
        self.ends(session)

    def tell(self, what: str) -> None:
        """Let whatever waits `until` this go on."""
        self.inside("touch", f"/tmp/{what}")

    def wait(self, holds: Callable[[], Any]) -> Any:
        """Wait until something holds; the test's time limit is the only clock."""
        while not (found := holds()):
            time.sleep(0.05)
        return found

    def lines(self, what: str = "") -> list[dict[str, Any]]:
        """Return the lines of the record."""
        if not self.paths.processes.exists():
            return []
        found = map(json.loads, self.paths.processes.read_text().splitlines())
        return [line for line in found if what in ("", line["what"])]

    def seen(self) -> list[OrphanSeen]:
        return [event.fact for event in self.bench.log.events() if isinstance(event.fact, OrphanSeen)]

    def gone(self) -> list[OrphanEnded]:
        return [event.fact for event in self.bench.log.events() if isinstance(event.fact, OrphanEnded)]

    def inside(self, *words: str) -> str:
        """Run a program in the box, as somebody from outside does."""
        return subprocess.run(
            ["docker", "exec", self.box.id, *words], capture_output=True, text=True, check=True
        ).stdout

    def close(self) -> None:
        for box in self.bench.find_boxes():
            boxes.remove(self.bench.engine, box.id)
        if self.census:
            self.census.wait()


def until(what: str) -> str:
    """Return the shell's words that wait until they are told."""
    return f"until [ -e /tmp/{what} ]; do sleep 0.1; done"


def intended() -> RunIntended:
    return RunIntended(
        agent="codex", level=Level.L4, model="nab_codex_l4", model_id="m", image="i", digests={},
        budget_seconds=None, objective_sha256="0" * 64, slot="s", llm="gpt-6.1-sol", tells_leftovers=True,
    )  # fmt: skip
