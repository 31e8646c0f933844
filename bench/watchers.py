"""What the watchers of an idle box cost: CPU seconds an hour, and their sum as a share of one core."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from nab.actions.bench import Bench
from nab.actions.disks.meter import Meter
from nab.actions.recording import resource_monitor
from nab.actions.recording.processes import census as process_census
from nab.actions.recording.workspace.git_watcher import LONGEST_REST, MOST_OF_A_CORE
from nab.actions.recording.workspace.snapshots import LOOK_SECONDS, Snapshots
from nab.config import Config, Recording, Settings
from nab.core.facts import RunIntended
from nab.core.levels import Level
from nab.core.runs.runs import Run
from nab.edges.docker import boxes, engine
from nab.edges.kernel import cgroups, gpus, pidfds, priority
from nab.edges.untrusted.workspaces import RACY_SECONDS
from nab.paths import AgentFolder, Paths, RunPaths

RECORDING = Recording()
TARGET = 36.0
CALLS = {"monitor": 200, "glance": 2000, "engine": 100, "watcher": 12, "census": 200, "tick": 5000}
PROCESSES = (8, 1000)  # in an idle box of a coding agent, and in one at its limit


def cost(work: Callable[[], object], times: int) -> float:
    """Return the CPU seconds of one call, programs that it starts included."""
    work()
    before = priority.cpu_seconds()
    for _ in range(times):
        work()
    return (priority.cpu_seconds() - before) / times


def monitor_an_hour(scratch: Path) -> float:
    """Sample a sleeping process of this machine as the monitor does."""
    box = subprocess.Popen(["sleep", "1000"])
    try:
        group = cgroups.group(box.pid)
        meter = Meter(RunPaths(scratch / "run"))
        with pidfds.opened(box.pid) as life, gpus.watching() as look:
            note = partial(resource_monitor.append, meter, RECORDING.segments)
            sample = cost(lambda: note(cgroups.sample(group, look(group.holds))), CALLS["monitor"])
            glance = cost(
                lambda: (meter.go_on(), pidfds.ended_within(life, 0), cgroups.oom_kills(group)),
                CALLS["glance"],
            )
    finally:
        box.kill()
        box.wait()
    each = f"{sample * 1e3:.2f} ms a sample, {glance * 1e6:.0f} µs a glance at the kills each second"
    hour = sample * 3600 / RECORDING.resources_every + glance * 3600 / resource_monitor.GLANCE_SECONDS
    return shown(f"monitor at {RECORDING.resources_every:.0f} s", hour, each)


def census_an_hour(scratch: Path, count: int) -> float:
    """Look at sleeping processes of this machine as the census does, and glance as it does between two looks."""
    settings, paths = Settings(), Paths(root=scratch / f"census-{count}", site=scratch)
    bench = Bench(Config(settings=settings, file=scratch, repository=scratch, paths=paths), "bench")
    boxed = [subprocess.Popen(["sleep", "1000"]) for _ in range(count)]
    try:
        group = Sleepers(boxed, cgroups.group(boxed[0].pid))
        census = process_census.Census(bench, Run("run", "codex-l4", intended(), ""), group)
        with pidfds.opened(boxed[0].pid) as life:
            look = cost(census.look, max(3, CALLS["census"] // count))
            census.due = float("inf")
            tick = cost(lambda: (pidfds.ended_within(life, 0), census.tick()), CALLS["tick"])
    finally:
        for one in boxed:
            one.kill()
        for one in boxed:
            one.wait()
    each = f"{look * 1e3:.2f} ms a look, {tick * 1e6:.0f} µs a glance each {process_census.TICK_SECONDS} s"
    hour = look * 3600 / RECORDING.processes_every + tick * 3600 / process_census.TICK_SECONDS
    return shown(f"census of {count:,} at {RECORDING.processes_every:.0f} s", hour, each)


class Sleepers(cgroups.Group):
    """A cgroup in which these processes are said to be."""

    def __init__(self, boxed: list[subprocess.Popen[bytes]], real: cgroups.Group) -> None:
        super().__init__(real.folders, real.paths, real.pid)
        object.__setattr__(self, "listed", "\n".join(str(one.pid) for one in boxed))

    def text(self, name: str, controller: str = "") -> str:
        return self.listed if name == "cgroup.procs" else super().text(name, controller)


def intended() -> RunIntended:
    return RunIntended(
        agent="codex", level=Level.L4, model="m", model_id="m", image="i", digests={}, budget_seconds=None,
        objective_sha256="0" * 64, slot="s", llm="m",
    )  # fmt: skip


def watcher_an_hour(title: str, history: Snapshots) -> float:
    """Look at a workspace that does not change, and count the rest between two looks as the watcher keeps it."""
    look = cost(history.look, CALLS["watcher"])
    rest = max(RECORDING.history_every, min(look / MOST_OF_A_CORE, LONGEST_REST))
    wait = engine_wait()
    each = f"{look:.3f} s a look, one every {rest:.0f} s, and {wait * 1e3:.1f} ms to ask the engine"
    return shown(f"watcher, {title}", (look + wait) * 3600 / rest, each)


def engine_wait() -> float:
    """Ask the engine for a box, as the watcher does between two looks; nothing where none answers."""
    if not engine.ping():
        return 0.0
    client = engine.connect()
    return cost(lambda: boxes.ended_within(client, "no-such-box", 1), CALLS["engine"])


def shown(what: str, hour: float, each: str) -> float:
    click.echo(f"{what:<44} {hour:6.2f} CPU-s/h   ({each})")
    return hour


def lay(workspace: Path, files: int, data_gib: int) -> int:
    """Write files of 10 kB in a thousand folders, half of each random, and data beside them. Returns the bytes."""
    source = random.Random(1)
    block = source.randbytes(1 << 20)
    for number in range(files):
        folder = workspace / f"p{number % 1000 // 50:02}" / f"d{number % 1000:03}"
        folder.mkdir(parents=True, exist_ok=True)
        start = source.randrange(1 << 19)
        (folder / f"f{number}.py").write_bytes(block[start : start + 5000] + b"x = 0.123456\n" * 385)
    for number in range(data_gib):
        with (workspace / f"live-{number}.parquet").open("wb") as file:
            for _ in range(1 << 10):
                file.write(block)
    return files * 10_005 + (data_gib << 30)


def capture(history: Snapshots) -> None:
    """Look until all is kept and hashed, and say how long the longest look was."""
    looks, longest, began = 0, 0.0, priority.cpu_seconds()
    changed = True
    while changed or history.hashing:
        start = time.monotonic()
        changed = history.look()
        looks, longest = looks + 1, max(longest, time.monotonic() - start)
    used = priority.cpu_seconds() - began
    click.echo(
        f"  first capture: {looks} looks, {used:.0f} CPU-s, "
        f"the longest {longest:.1f} s of at most {LOOK_SECONDS:.0f}"
    )


def resident() -> str:
    """Return what each watcher's process holds in memory when it has just begun, in MiB."""
    program = (
        "import docker, requests, nab.actions.recording.resource_monitor as _\n"
        "import nab.actions.recording.workspace.git_watcher as _\n"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmRSS')).split()[1])"
    )
    bare = "print(next(line for line in open('/proc/self/status') if line.startswith('VmRSS')).split()[1])"
    ours, python = (
        int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for code in (program, bare)
    )
    return f"{ours / 1024:.0f} MiB each after its imports, of which Python itself {python / 1024:.0f}"


@click.command(help=__doc__)
@click.option("--files", default=100_000, show_default=True, help="Files in the large workspace.")
@click.option("--data-gib", default=4, show_default=True, help="Data in it that is left out.")
def main(files: int, data_gib: int) -> None:
    click.echo("Real ticks back to back, unchanged workspace; CPU time of a tick times the ticks of an hour.")
    with TemporaryDirectory(prefix="nab-bench-", dir=".") as scratch:
        folder = Path(scratch).resolve()
        monitor = monitor_an_hour(folder)
        census, _ = (census_an_hour(folder, count) for count in PROCESSES)
        for title, count, data in (("20 files", 20, 0), (f"{files:,} files", files, data_gib)):
            workspace = folder / str(count)
            workspace.mkdir()
            size = lay(workspace, count, data)
            history = Snapshots(AgentFolder(workspace), folder / f"{count}.git", 50 << 20, 20 << 30)
            capture(history)
            time.sleep(2 * RACY_SECONDS)  # as on an idle box, where nothing is young
            watcher = watcher_an_hour(f"{title}, {size / 1e9:.1f} GB", history)
            total = watcher + monitor + census
            click.echo(f"  together: {total:.1f} of {TARGET:.0f} CPU-s/h, {total / 36:.2f} % of one core")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"memory: {resident()}; this process after all of it at most {peak:.0f} MiB")


if __name__ == "__main__":
    main()
