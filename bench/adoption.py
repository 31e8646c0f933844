"""How long live boxes are without care when the harness was killed: from the start of one tick to the last adoption."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import click
import psutil
from msgspec import structs

from nab.actions.boxes import agent_box as boxes_agent_box
from nab.actions.boxes import proxy
from nab.actions.runs import launch, starting
from nab.core.runs.runs import Run
from nab.core.text.names import run_name
from nab.edges import clock
from nab.edges.docker import agent_box, boxes
from support.worlds.world import World

TARGET = 5.0
SIDECARS = {
    "git_watcher.py",
    "resource_monitor.py",
    "engine_follower.py",
    "collector.py",
    "process_census.py",
}
IMPORTS = "import nab.cli, nab.actions.runs.launch, docker, requests"


def a_run(world: World, number: int) -> Run:
    """Make a run with its network, its proxy and its box, which sleeps. Each has a slot of its own."""
    bench, entrant = world.bench, world.bench.config.entrant("random-l3")
    intended = launch.intent(bench, entrant)
    intended = structs.replace(intended, slot=f"{intended.slot}-{number}")
    name = run_name(f"random{number}-l3", clock.now())
    bench.log.append(intended, entrant=entrant.name, run=name)
    run = bench.runs()[name]
    proxy.up(bench, run, proxy.WORK)
    boxes_agent_box.make_folders(bench, run)
    (bench.run(name).control / "phase").write_text("work\n")
    order = replace(boxes_agent_box.order(bench, run), command=("sleep", "86400"))
    boxes.create(bench.engine, agent_box.options(order))
    with redirect_stdout(StringIO()):
        starting.bring_up(bench, run)
    return run


def ours(world: World, scripts: set[str]) -> list[psutil.Process]:
    """Find the processes of this world's harness that run one of these scripts."""
    found = []
    for one in psutil.process_iter(["cmdline"]):
        words = one.info["cmdline"] or []
        if str(world.bench.paths.root) in words and any(Path(word).name in scripts for word in words):
            found.append(one)
    return found


def kill(world: World, scripts: set[str]) -> None:
    """End processes of the harness as a crash does."""
    for one in (gone := ours(world, scripts)):
        one.kill()
    psutil.wait_procs(gone, timeout=20)


def seconds(world: World, names: list[str]) -> float:
    """Return how long it takes from the start of a tick until somebody cares for every run again."""
    assert not any(map(world.bench.attended, names))
    began = time.perf_counter()
    tick = world.start("watch_window.py")
    waiting = set(names)
    while waiting:
        waiting = {name for name in waiting if not world.bench.attended(name)}
        assert time.perf_counter() - began < 120, f"nobody cares for {waiting}"
        time.sleep(0.02)
    took = time.perf_counter() - began
    assert tick.wait(120) == 0
    settle(world, len(names))
    return took


def settle(world: World, count: int) -> None:
    """Wait until every box has its sidecars, and no second one of a kind is left."""
    world.wait(lambda: len(ours(world, {"git_watcher.py"})) == count, 60)
    world.wait(lambda: len(ours(world, {"resource_monitor.py"})) == count, 60)


def bare(count: int) -> float:
    """Return how long it takes to start that many Pythons at a time with what an adopter imports."""
    began = time.perf_counter()
    words = [sys.executable, "-c", IMPORTS]
    started = [subprocess.Popen(words, start_new_session=True) for _ in range(count)]  # as adopters are
    for one in started:
        one.wait()
    return time.perf_counter() - began


def shown(what: str, found: list[float], note: str = "") -> None:
    """Print the smallest, the middle and the largest."""
    low, middle, high = min(found), statistics.median(found), max(found)
    click.echo(f"{what:<44} {low:5.2f} {middle:5.2f} {high:5.2f} s   {note}")


def measure(world: World, count: int, times: int) -> None:
    """Kill and adopt, again and again."""
    click.echo(f"making {count} boxes, each with its network and its proxy")
    names = [a_run(world, number).name for number in range(count)]
    seconds(world, names)  # the first care there is

    def killed(scripts: set[str]) -> list[float]:
        found = []
        for _ in range(times):
            kill(world, {"adopt.py"} | scripts)
            found.append(seconds(world, names))
        return found

    click.echo(f"{count} live boxes, {times} times; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    click.echo(f"{'':<44} {'min':>5} {'med':>5} {'max':>5}")
    plain = [bare(count + 1) for _ in range(times)]
    shown(f"starting {count + 1} Pythons with the imports", plain)
    for what, scripts in (("launchers killed", set()), ("launchers and sidecars killed", SIDECARS)):
        found = killed(scripts)
        ratio = statistics.median(found) / statistics.median(plain)
        shown(f"{what}: until all are cared for", found, f"{ratio:.1f} times that; target {TARGET:.0f} s")


@click.command(help=__doc__)
@click.option("--boxes", "count", default=10, show_default=True, help="How many live boxes.")
@click.option("--times", default=3, show_default=True, help="How often they are left alone.")
def main(count: int, times: int) -> None:
    boxes_agent_box.check_clients = lambda bench, run, ready: ready() or "the clients were not tried"
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    world = World(folder)
    try:
        measure(world, count, times)
    finally:
        world.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
