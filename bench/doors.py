"""What make status, lock and next cost beside a bare `import click`: CPU, by the light door and by the slow way."""

from __future__ import annotations

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
from nab.core.facts import Poll
from nab.core.log.events import Draft

REPOSITORY = Path(__file__).resolve().parents[1]
DOORS = ("status", "lock", "next_turn")


def cpu_seconds(*words: str) -> float:
    """Return the CPU seconds, user and system, of a program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=REPOSITORY)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(state: Path, runs: int) -> None:
    """Print a row a door; the programs take turns, so that a busy minute is everybody's."""
    kept, aside = state / "doors.json", state / "aside.json"
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        found.setdefault("bare", []).append(cpu_seconds(sys.executable, "-c", "import click"))
        for name in DOORS:
            words = (sys.executable, str(REPOSITORY / f"scripts/{name}.py"), "--state", str(state))
            found.setdefault(name, []).append(cpu_seconds(*words))
            kept.rename(aside)  # without what is derived for it there is no light door
            found.setdefault(f"{name}, slow", []).append(cpu_seconds(*words))
            aside.rename(kept)
    cost = {name: statistics.median(times) for name, times in found.items()}
    click.echo(f"python -c 'import click': {cost.pop('bare') * 1000:.0f} ms of CPU")
    bare = statistics.median(found["bare"])
    for name, seconds in cost.items():
        click.echo(f"{name:<16} {seconds * 1000:5.0f} ms of CPU, {seconds / bare:.1f} times that")


@click.command(help=__doc__)
@click.option("--events", default=10_000, show_default=True, help="How many are in the log.")
@click.option("--runs", default=7, show_default=True, help="How often each is started.")
def main(events: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(load(REPOSITORY / "nab.toml", Path(folder)), "bench")
        bench.log.append_all([Draft(fact=Poll(ok=True), entrant="codex-l4") for _ in range(events)])
        derived.publish(bench)
        measure(Path(folder), runs)


if __name__ == "__main__":
    main()
