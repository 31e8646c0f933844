"""What a tick of the sync costs: CPU seconds, beside a bare git add, commit and push of the same files."""

from __future__ import annotations

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from nab.actions.recording.workspace.snapshots import Snapshots
from nab.core.facts import Poll
from nab.core.log.events import Draft
from nab.edges.log.event_log import EventLog
from nab.paths import Paths

REPOSITORY = Path(__file__).resolve().parents[1]
RUNS, FILES, SESSIONS, CALLS_MB, EVENTS, TICKS = 4, 250, 40, 20, 20_000, 5
ALONE = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
DRAW = random.Random(1)


def cost(work: Callable[[], object]) -> tuple[float, float]:
    """Return the CPU seconds of the programs that `work` runs, and how long it took."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ended - began


def line() -> bytes:
    """Return a line like those of a run's calls, about 400 bytes."""
    number = DRAW.getrandbits(256)
    return b'{"schema":2,"time":"2026-05-16T13:02:07.123Z","phase":"done","sha256":"%064x","host":"%b"}\n' % (
        number,
        b"api.example.org/v1/some/path " * 10,
    )


class State:
    """A state with some runs, and the same files in a plain folder for bare git."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.paths = scratch, Paths(root=scratch / "state", site=scratch / "site")
        EventLog(self.paths.events, by="bench").append_all([Draft(fact=Poll(ok=True)) for _ in range(EVENTS)])
        self.names = [f"2026-05-{10 + number}T130207Z-codex-l3" for number in range(RUNS)]
        self.watchers = {}
        for name in self.names:
            run = self.paths.run(name)
            for number in range(FILES):
                self.write(
                    run.workspace.own_path / f"src/{number % 20}/{number}.py",
                    b"".join(line() for _ in range(10)),
                )
            for number in range(SESSIONS):
                self.write(run.sessions / f"work-{number}/stdout.jsonl", b"".join(line() for _ in range(50)))
            self.write(run.http, b"".join(line() for _ in range(CALLS_MB * 2500)))
            self.watchers[name] = Snapshots(run.workspace, run.history, 50 << 20, 20 << 30)
            self.watchers[name].look()
        (scratch / "nab.toml").write_text(f'[sync]\nremote = "{self.remote("ours")}"\nbranch = "bench"\n')
        self.plain = scratch / "plain"
        self.git(scratch, "init", "--quiet", "--initial-branch=bench", str(self.plain))
        self.remote("plain")

    def write(self, file: Path, content: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as opened:
            opened.write(content)

    def remote(self, name: str) -> Path:
        folder = self.scratch / f"{name}.git"
        if not folder.exists():
            self.git(self.scratch, "init", "--quiet", "--bare", str(folder))
        return folder

    def git(self, folder: Path, *words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@a", "-c", "gc.auto=0")
        subprocess.run(
            ["git", "-C", str(folder), *who, *words], check=True, env=ALONE, stdout=subprocess.DEVNULL
        )

    def change(self) -> None:
        """Have an agent work: a megabyte of calls and two files."""
        run = self.paths.run(self.names[-1])
        self.write(run.http, b"".join(line() for _ in range(2500)))
        self.write(run.workspace.own_path / "src/0/0.py", line())
        self.write(run.sessions / "work-0/stdout.jsonl", line())
        time.sleep(2.1)  # younger files are looked at again
        self.watchers[self.names[-1]].look()

    def copy(self) -> None:
        """Bring the plain folder up to date; not part of what is measured."""
        for name in ("events", "runs"):
            shutil.copytree(
                self.paths.root / name,
                self.plain / name,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("workspace.git", ".lock"),
            )

    def bare(self) -> None:
        self.git(self.plain, "add", "--all")
        self.git(self.plain, "commit", "--quiet", "--allow-empty", "--message", "tick")
        self.git(self.plain, "push", "--quiet", str(self.remote("plain")), "bench")

    def start(self) -> None:
        words = (sys.executable, str(REPOSITORY / "scripts/sync_to_github.py"), "--help")
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    def tick(self) -> None:
        words = (sys.executable, str(REPOSITORY / "scripts/sync_to_github.py"))
        where = ("--config", str(self.scratch / "nab.toml"), "--state", str(self.paths.root))
        subprocess.run([*words, *where], check=True, stdout=subprocess.DEVNULL)


def size(folder: Path) -> float:
    """Return what a git directory takes, MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def shown(what: str, ours: list[tuple[float, float]], bare: list[tuple[float, float]]) -> str:
    cpu, wall = (statistics.median(one[place] for one in ours) for place in (0, 1))
    bare_cpu, bare_wall = (statistics.median(one[place] for one in bare) for place in (0, 1))
    return (
        f"{what:28} {cpu:6.2f} s of CPU, {wall:6.2f} s    bare git {bare_cpu:6.2f} s, {bare_wall:6.2f} s"
        f"    {cpu / bare_cpu:.1f} x the CPU"
    )


def main() -> None:
    with TemporaryDirectory(prefix="nab-bench-", dir=".") as scratch:
        state = State(Path(scratch).resolve())
        state.copy()
        print(shown("first tick, all of it", [cost(state.tick)], [cost(state.bare)]))
        time.sleep(2.1)
        state.tick()
        print(
            shown(
                "nothing changed",
                *zip(*[(cost(state.tick), cost(state.bare)) for _ in range(TICKS)], strict=True),
            )
        )
        start = statistics.median(cost(state.start)[0] for _ in range(TICKS))
        print(f"of which {start:.2f} s of CPU are the start of Python and of the script (--help)")
        ours, bare, before = [], [], (size(state.remote("ours")), size(state.remote("plain")))
        for _ in range(TICKS):
            state.change()
            state.copy()
            ours.append(cost(state.tick))
            bare.append(cost(state.bare))
        print(shown("1 MB of calls, 2 files", ours, bare))
        grown = [
            (after - start) / TICKS
            for after, start in zip(
                (size(state.remote("ours")), size(state.remote("plain"))), before, strict=True
            )
        ]
        print(f"the remote grows by {grown[0]:.2f} MB a tick of that, with bare git by {grown[1]:.2f} MB")
        print(
            f"the mirror here takes {size(state.paths.sync):.0f} MB, the remote {size(state.remote('ours')):.0f} MB"
        )


if __name__ == "__main__":
    main()
