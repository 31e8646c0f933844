"""Kill launchers, adopters, watchers and sidecars of real runs at random moments; no run may be lost or started twice.

Two launchers race for the machine all the time, for the same entrant or for two. make chaos-runs KILLS=300 RUNS=60
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import click

from nab.core.facts import RunCreated, RunStarted
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges.docker import boxes
from support.worlds.tiny import DUTIFUL, TinyWorld, tiny_world

AGENTS = ("tinya", "tinyb", "tinyc", "tinyd")
# It says which session it is, works for a moment and is done.
DOES = f'echo "$NAB_SESSION" >> starts; sleep 1; {DUTIFUL}'
OURS = (
    "launch.py", "adopt.py", "watch_window.py", "git_watcher.py", "resource_monitor.py", "collector.py",
    "process_census.py", "engine_follower.py",
)  # fmt: skip
TICK_SECONDS = 4.0
LONGEST = 3600.0


@dataclass
class Tally:
    """What a campaign did, and what it found that must not be."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    seconds: float = 0.0
    double_starts: list[str] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.double_starts or self.overlaps or self.lost or self.left)


@dataclass
class Campaign:
    """Keeps two launchers racing and a watcher ticking, and kills one of all that run, again and again."""

    world: TinyWorld
    kills: int
    runs: int
    chance: random.Random
    say: Callable[[str], None]
    tally: Tally = field(default_factory=Tally)
    racing: list[subprocess.Popen[bytes]] = field(default_factory=list)
    tick: subprocess.Popen[bytes] | None = None
    ticked: float = 0.0

    def run(self) -> Tally:
        """Do it, bring every run to its end, and judge."""
        began = time.monotonic()
        while not self.is_enough():
            assert time.monotonic() - began < LONGEST, "the campaign does not come to its end"
            self.race()
            self.look()
            time.sleep(self.chance.uniform(0.1, 0.9))
            self.kill_one()
            self.see_one_at_a_time()
        self.bring_to_the_end()
        self.tally.seconds = time.monotonic() - began
        return self.judge()

    def is_enough(self) -> bool:
        return self.tally.kills.total() >= self.kills and len(self.world.runs()) >= self.runs

    def race(self) -> None:
        """Keep two launchers going while more runs are wanted."""
        self.racing = [one for one in self.racing if one.poll() is None]
        while len(self.racing) < 2 and len(self.world.runs()) < self.runs:
            self.racing.append(self.world.launch(self.chance.choice(AGENTS), "L3"))

    def look(self) -> None:
        """Have the watcher look, one at a time."""
        if self.tick and self.tick.poll() is None:
            return
        if time.monotonic() - self.ticked > TICK_SECONDS:
            self.tick, self.ticked = self.world.start("watch_window.py"), time.monotonic()

    def kill_one(self) -> None:
        """Kill one process of ours, chosen among their kinds first: there are more sidecars than launchers."""
        alive = list(processes(self.world.bench.paths.root))
        due = self.kills * len(self.world.runs()) / self.runs  # spread over the runs
        if not alive or self.tally.kills.total() >= due:
            return
        kind = self.chance.choice(sorted({name for name, _ in alive}))
        with suppress(ProcessLookupError):
            os.kill(self.chance.choice([pid for name, pid in alive if name == kind]), signal.SIGKILL)
            self.tally.kills[kind] += 1
        if self.tally.kills.total() % 25 == 0:
            self.say(f"{self.tally.kills.total()} kills, {len(self.world.runs())} runs")

    def see_one_at_a_time(self) -> None:
        """Look at the engine: one agent is at work, at most. In the box of an ended run a submit.sh may run."""
        here = self.world.bench.find_boxes(role=boxes.AGENT)
        running = [one.run for one in here if one.running and one.name != f"nab-done-{one.run}"]
        if len(running) > 1:
            self.tally.overlaps.append(f"at once: {', '.join(sorted(running))}")

    def bring_to_the_end(self) -> None:
        """Kill nobody any more: the watcher alone brings every run to its end."""
        deadline = time.monotonic() + 600
        while not all(run.ended for run in self.world.runs()):
            assert time.monotonic() < deadline, [run.state for run in self.world.runs() if not run.ended]
            self.look()
            time.sleep(0.5)
        for launcher in self.racing:
            launcher.wait(60)
        if self.tick:
            self.tick.wait(120)
        assert self.world.script("watch_window.py").returncode == 0

    def judge(self) -> Tally:
        """Find what must not be."""
        tally, world = self.tally, self.world
        tally.runs = len(world.runs())
        for run in world.runs():
            tally.double_starts += twice(world, run)
            if run.ended is None or run.ended.ending != "finished":
                tally.lost.append(f"{run.name}: {run.ended}")
        tally.overlaps += overlaps(world.runs())
        tally.left = [f"{one.name} ({one.status})" for one in world.bench.find_boxes() if is_left(one)]
        tally.left += [f"{name} {pid}" for name, pid in processes(world.bench.paths.root)]
        if world.script("verify.py").returncode:
            tally.lost.append("the log does not verify")
        return tally


def processes(state: Path) -> Iterator[tuple[str, int]]:
    """Yield our processes that work on this state folder, by the name of their script."""
    for found in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (found / "cmdline").read_bytes().decode(errors="replace").split("\0")
            names = {Path(word).name.replace("quick_launch", "launch") for word in words[1:2]}
            if str(state) in words and (name := names & set(OURS)):
                yield name.pop(), int(found.name)


def twice(world: TinyWorld, run: Run) -> list[str]:
    """Find what of a run was begun more than once: its box, by the log, and its sessions, as the agent saw it."""
    own = [event for event in world.bench.log.events() if event.run == run.name]
    found = [
        f"{run.name}: {kind.__name__} {count} times"
        for kind in (RunCreated, RunStarted)
        if (count := sum(isinstance(event.fact, kind) for event in own)) > 1
    ]
    starts = world.bench.run(run.name).workspace.own_path / "starts"
    sessions = Counter(starts.read_text().split() if starts.exists() else [])
    return found + [f"{run.name}: {name} {count} times" for name, count in sessions.items() if count > 1]


def overlaps(runs: list[Run]) -> list[str]:
    """Find boxes that ran at the same time, by the engine's own times."""
    spans = sorted(
        (times.parse(run.ended.started_at), times.parse(run.ended.finished_at), run.name)
        for run in runs
        if run.ended and run.ended.started_at and run.ended.finished_at
    )
    return [
        f"{before} and {name}" for (_, ended, before), (began, _, name) in pairwise(spans) if began < ended
    ]


def is_left(box: boxes.Box) -> bool:
    return box.running or box.labels[boxes.ROLE] != boxes.AGENT or box.name != f"nab-done-{box.run}"


@click.command(help=__doc__)
@click.option("--kills", default=300, show_default=True, type=click.IntRange(min=1), help="How many.")
@click.option("--runs", default=60, show_default=True, type=click.IntRange(min=1), help="At least so many.")
@click.option("--seed", default=0, show_default=True, help="Chooses the moments and the victims.")
def main(kills: int, runs: int, seed: int) -> None:
    with tiny_world(dict.fromkeys(AGENTS, DOES), levels=("L3",)) as world:
        tally = Campaign(world, kills, runs, random.Random(seed), click.echo).run()
    for name, count in sorted(tally.kills.items()):
        click.echo(f"{'kills of ' + name:<32}{count:>8}")
    for what, found in (
        ("runs", tally.runs), ("kills", tally.kills.total()), ("double starts", len(tally.double_starts)),
        ("overlaps", len(tally.overlaps)), ("lost runs", len(tally.lost)), ("left behind", len(tally.left)),
        ("seconds", round(tally.seconds)),
    ):  # fmt: skip
        click.echo(f"{what:<32}{found:>8}")
    for trouble in (*tally.double_starts, *tally.overlaps, *tally.lost, *tally.left):
        click.echo(trouble, err=True)
    sys.exit(0 if tally.is_clean else 1)


if __name__ == "__main__":
    main()
