"""What the watchers of an idle box cost: CPU seconds an hour, and their sum as a share of one core."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from nab.actions import resource_monitor
from nab.actions.git_watcher import LONGEST_REST, MOST_OF_A_CORE
from nab.actions.snapshots import LOOK_SECONDS, Snapshots
from nab.config import Recording
from nab.edges import boxes, cgroups, engine, gpus, pidfds, priority
from nab.edges.workspaces import RACY_SECONDS
from nab.paths import RunPaths

RECORDING = Recording()
TARGET = 36.0
CALLS = {"monitor": 200, "glance": 2000, "engine": 100, "watcher": 12}


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
        paths = RunPaths(scratch / "run")
        with pidfds.opened(box.pid) as life, gpus.watching() as look:
            sample = cost(lambda: resource_monitor.append(paths, group, look(group.holds)), CALLS["monitor"])
            glance = cost(lambda: (pidfds.ended_within(life, 0), cgroups.oom_kills(group)), CALLS["glance"])
    finally:
        box.kill()
        box.wait()
    each = f"{sample * 1e3:.2f} ms a sample, {glance * 1e6:.0f} µs a glance at the kills each second"
    hour = sample * 3600 / RECORDING.resources_every + glance * 3600 / resource_monitor.GLANCE_SECONDS
    return shown(f"monitor at {RECORDING.resources_every:.0f} s", hour, each)


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
        "import docker, requests, nab.actions.git_watcher, nab.actions.resource_monitor as _\n"
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
        for title, count, data in (("20 files", 20, 0), (f"{files:,} files", files, data_gib)):
            workspace = folder / str(count)
            workspace.mkdir()
            size = lay(workspace, count, data)
            history = Snapshots(workspace, folder / f"{count}.git", 50 << 20, 20 << 30)
            capture(history)
            time.sleep(2 * RACY_SECONDS)  # as on an idle box, where nothing is young
            watcher = watcher_an_hour(f"{title}, {size / 1e9:.1f} GB", history)
            total = watcher + monitor
            click.echo(f"  both: {total:.1f} of {TARGET:.0f} CPU-s/h, {total / 36:.2f} % of one core")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"memory: {resident()}; this process after all of it at most {peak:.0f} MiB")


if __name__ == "__main__":
    main()
