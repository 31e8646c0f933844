"""What `make status` costs: CPU seconds on a log of some size, and as a multiple of starting Python and click."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from nab.core.facts import Poll
from nab.core.log.events import Draft
from nab.edges.log.event_log import EventLog

REPOSITORY = Path(__file__).resolve().parents[1]
RUNS = 7


def cpu_seconds(*words: str) -> float:
    """Return the median CPU seconds, user and system, of a program."""
    found = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=REPOSITORY)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(found)


def main() -> None:
    bare = cpu_seconds(sys.executable, "-c", "import click")
    print(f"python -c 'import click'      {bare:.2f} s of CPU")
    for events in (0, 10_000, 200_000):
        with tempfile.TemporaryDirectory() as state:
            log = EventLog(Path(state) / "events", by="bench")
            log.append_all([Draft(fact=Poll(ok=True), entrant="codex-l4") for _ in range(events)])
            cost = cpu_seconds(sys.executable, str(REPOSITORY / "scripts/status.py"), "--state", state)
        print(f"status, {events:>6,} events         {cost:.2f} s of CPU   {cost / bare:.1f} times that")


if __name__ == "__main__":
    main()
