"""Runs whose boxes are made as those of agents are, but for their network, and do what a test says."""

from __future__ import annotations

import uuid
from pathlib import Path

from msgspec import structs

from nab.actions.boxes import agent_box as boxes_agent_box
from nab.actions.demo import demo
from nab.core.facts import Cause, RunCreated, RunEnded, RunEnding, RunStarted
from nab.core.runs.runs import Run, runs
from nab.core.text import times
from nab.core.upkeep.disks import Kept
from nab.edges import clock
from nab.edges.docker import agent_box, boxes
from support.engines.engines import engine_or_skip, image_or_skip
from support.records.logs import intended
from support.repository.benches import bench_on

SETTINGS = """
[models]
kind = "scripted"
[limits]
cpus = 1
memory_gib = 0.5
[recording]
resources_every = 0.5
min_free_gib = 0
[retention]
compress_days = 0
bodies_days = 0
workspace_days = 0
[[entrants]]
agent = "codex"
level = "L3"
model = "nab_codex"
[[entrants]]
agent = "baseline"
level = "L3"
model = "nab_baseline"
"""
LOOK_SECONDS = 60
BYTES, FILES = 128 << 20, 4000


class DiskWorld:
    """A bench on which runs with small disks are made."""

    def __init__(self, folder: Path) -> None:
        engine_or_skip()
        self.bench = bench_on(folder, SETTINGS)
        self.slots = 0

    def run(self, agent: str = "codex", kept: Kept = Kept.FIXED) -> Run:
        """Note that a run is to be made."""
        entrant, self.slots = f"{agent}-l3", self.slots + 1
        name = f"d{uuid.uuid4().hex[:8]}-{entrant}"
        fact = structs.replace(
            intended(agent), image=image_or_skip(f"nab/agent-{agent}"), slot=f"nab-slot-{name}",
            disk=kept.value, disk_bytes=BYTES, disk_files=FILES,
        )  # fmt: skip
        self.bench.log.append(fact, entrant=entrant, run=name)
        return self.known(name)

    def known(self, name: str) -> Run:
        return runs(self.bench.log.events())[name]

    def box(self, run: Run, command: str) -> boxes.Box:
        """Make the run's box as it is made for its agent; it has another thing to do, and no network."""
        control = self.bench.run(run.name).control
        control.mkdir(parents=True, exist_ok=True)
        (control / "phase").write_text("work\n")
        (control / agent_box.RESOLVER).write_text("nameserver 192.0.2.1\n")
        boxes_agent_box.make_folders(self.bench, run)
        options = agent_box.options(boxes_agent_box.order(self.bench, run))
        words = [*agent_box.ENTRY, "bash", "-c", command]
        made = boxes.create(self.bench.engine, options | {"network": "none", "command": words})
        self.bench.log.append(RunCreated(container=made.id), entrant=run.entrant, run=run.name)
        return made

    def start(self, run: Run, box: boxes.Box) -> Run:
        """Start it. Returns the run as it is then."""
        started = boxes.start(self.bench.engine, box.id)
        self.bench.log.append(RunStarted(started_at=started.started_at), entrant=run.entrant, run=run.name)
        return self.known(run.name)

    def said(self, box: boxes.Box) -> str:
        """Return all that a box printed until its end. The test's time limit is the only clock."""
        while not boxes.ended_within(self.bench.engine, box.id, LOOK_SECONDS):
            pass
        return b"".join(boxes.output(self.bench.engine, box.id, follow=False)).decode()

    def does(self, command: str, agent: str = "codex") -> tuple[Run, str]:
        """Have a box of an agent's do something to its end. Returns what it printed."""
        run = self.run(agent)
        box = self.box(run, command)
        run = self.start(run, box)
        return run, self.said(box)

    def over(self, run: Run) -> None:
        ended = RunEnded(
            ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="so", finished_at=times.text(clock.now())
        )
        self.bench.log.append(ended, entrant=run.entrant, run=run.name)

    def close(self) -> None:
        demo.remove_boxes(self.bench)
