"""What make status, lock and next cost beside a bare `import click`: CPU, by the light door and by the slow way.

With nothing to do, and while a coding agent works and another one waits for its turn.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.config import load
from nab.core.facts import Poll, RunIntended, RunStarted, SessionStarted
from nab.core.levels import Level
from nab.core.log.events import Draft
from nab.core.text import times
from nab.edges import clock
from nab.edges.files import files

REPOSITORY = Path(__file__).resolve().parents[1]
DOORS = ("status", "lock", "next_turn")
INTENDED = RunIntended(
    agent="codex",
    level=Level.L4,
    model="m",
    model_id="i",
    image="sha256:1",
    digests={},
    budget_seconds=None,
    objective_sha256="0",
    slot="nab-slot-gpu0",
    llm="m",
)


def cpu_seconds(*words: str) -> float:
    """Return the CPU seconds, user and system, of a program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=REPOSITORY)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rows(state: Path, what: str, found: dict[str, list[float]]) -> None:
    """Start every door both ways once; the programs take turns, so that a busy minute is everybody's."""
    kept, aside = state / "doors.json", state / "aside.json"
    for name in DOORS:
        words = (sys.executable, str(REPOSITORY / f"scripts/{name}.py"), "--state", str(state))
        found.setdefault(f"{name}{what}", []).append(cpu_seconds(*words))
        kept.rename(aside)  # without what is derived for it there is no light door
        found.setdefault(f"{name}{what}, slow", []).append(cpu_seconds(*words))
        aside.rename(kept)


def measure(idle: Path, at_work: Path, runs: int) -> None:
    """Print a row a door."""
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        found.setdefault("bare", []).append(cpu_seconds(sys.executable, "-c", "import click"))
        rows(idle, "", found)
        rows(at_work, ", a run goes on", found)
    bare = statistics.median(found.pop("bare"))
    click.echo(f"python -c 'import click': {bare * 1000:.0f} ms of CPU")
    for name, seconds in found.items():
        cost = statistics.median(seconds)
        click.echo(f"{name:<32} {cost * 1000:5.0f} ms of CPU, {cost / bare:.1f} times that")


def a_bench(state: Path, events: int) -> Bench:
    """Make a bench with a log of many events."""
    bench = Bench(load(REPOSITORY / "nab.toml", state), "bench")
    bench.log.append_all([Draft(fact=Poll(ok=True), entrant="codex-l4") for _ in range(events)])
    return bench


def with_runs(bench: Bench) -> None:
    """Have an agent at work, and another that waits."""
    for run in ("a-codex-l4", "b-claude-l4"):
        bench.log.append(INTENDED, entrant=run[2:], run=run)
    begun = SessionStarted(session="work-1", mode="first", conversation="c")
    for fact in (RunStarted(started_at=times.text(clock.now())), begun):
        bench.log.append(fact, entrant="codex-l4", run="a-codex-l4")
    paths = bench.run("a-codex-l4")
    paths.http.parent.mkdir(parents=True)
    sample = {"time": "", "cpu_seconds": 1.0, "processes": 1, "disk_bytes": 1, "disk_files": 1}
    files.append_synced(paths.resources, json.dumps(sample).encode() + b"\n")
    files.append_synced(paths.http, b"{}\n")


@click.command(help=__doc__)
@click.option("--events", default=10_000, show_default=True, help="How many are in the log.")
@click.option("--runs", default=7, show_default=True, help="How often each is started.")
def main(events: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as idle, tempfile.TemporaryDirectory() as at_work:
        derived.publish(a_bench(Path(idle), events))
        bench = a_bench(Path(at_work), events)
        with_runs(bench)
        derived.publish(bench)
        bench.log.append(Poll(ok=True), entrant="codex-l4")  # what was derived is behind by then
        measure(Path(idle), Path(at_work), runs)


if __name__ == "__main__":
    main()
