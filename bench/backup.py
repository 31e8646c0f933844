"""What a backup and its restoring cost, beside tar and cp of the same bytes in one run.

python bench/backup.py [SHARE]: so much of the year of bench/records.py, by default a 200th, and an agent's disk of many
files. Ratios are seconds of the bare thing to ours: 1 is as fast.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from nab.actions.bench import Bench
from nab.actions.upkeep.backup import backup, restore
from nab.config import load
from nab.core.facts import Poll
from nab.core.log.events import Draft

sys.path.insert(0, str(Path(__file__).parent))
from records import RATES

REPOSITORY = Path(__file__).resolve().parents[1]
SHARE, RUNS = 1 / 200, 3
RUN = "2026-05-16T130207Z-codex-l4"
FILES, FILE_BYTES, EVENTS = 10_000, 4_000, 5_000
PACKED = (
    "submissions",
    "sketches",
    "history of workspaces",
    "history beside them",
)  # what no compression makes smaller


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that something takes, to the disk."""
    before = time.perf_counter()
    work()
    os.sync()
    return time.perf_counter() - before


def fill(state: Path, share: float) -> None:
    """Lay down a year's records, scaled down, a run's disk with many files, and a log."""
    chance = random.Random(20)
    run = state / "runs" / RUN
    for rate in RATES:
        size = int(rate.usual * rate.count * share)
        path = run / "records" / f"{rate.what.replace(' ', '-')}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            while file.tell() < size:
                file.write(piece(chance, packed=rate.what in PACKED))
    for number in range(FILES):
        path = run / "disk/workspace" / str(number % 100) / f"{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(piece(chance, packed=False)[:FILE_BYTES])


def piece(chance: random.Random, *, packed: bool) -> bytes:
    """Return 64 KiB of a record: bytes at random, or lines that are much alike."""
    if packed:
        return chance.randbytes(1 << 16)
    line = (
        b'{"time":"2026-05-16T13:02:07.%06dZ","phase":"done","host":"api-tournament.numer.ai","bytes":%d}\n'
    )
    return b"".join(line % (chance.randrange(10**6), chance.randrange(10**5)) for _ in range(650))


def bench_on(folder: Path) -> Bench:
    return Bench(load(REPOSITORY / "nab.toml", folder), "bench")


def run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True)


def once(scratch: Path, state: Path, nth: int) -> dict[str, float]:
    """Measure each way once."""
    at = scratch / str(nth)
    at.mkdir()
    ours, tar, new, bare = at / "ours.tar.gz", at / "bare.tar.gz", at / "new", at / "bare"
    bare.mkdir()
    gzip = "gzip -1"
    seconds = {
        "backup": timed(lambda: backup.backup(bench_on(state), ours)),
        "tar, gzip -1": timed(lambda: run("tar", "-C", state, "-I", gzip, "-cf", tar, "events", "runs")),
        "cp -a": timed(lambda: run("cp", "-a", state / "runs", at / "copy")),
        "restore": timed(lambda: restore.restore(bench_on(new), ours)),
        "tar -x": timed(lambda: run("tar", "-C", bare, "-xzf", tar)),
    }
    sizes = {"file": ours.stat().st_size, "tar": tar.stat().st_size}
    shutil.rmtree(at)
    return seconds | sizes


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else SHARE
    with TemporaryDirectory(prefix="nab-bench-") as folder:
        scratch = Path(folder).resolve()
        state = scratch / "state"
        fill(state, share)
        bench_on(state).log.append_all([Draft(fact=Poll(ok=True), id=f"e{nth}") for nth in range(EVENTS)])
        total = sum(path.stat().st_size for path in state.rglob("*") if path.is_file())
        found = [once(scratch, state, nth) for nth in range(RUNS)]
    middle = {name: statistics.median(one[name] for one in found) for name in found[0]}
    print(f"{total / 1e6:,.0f} MB, {FILES:,} small files among them; medians of {RUNS} runs")
    for ours, bare in (("backup", "tar, gzip -1"), ("backup", "cp -a"), ("restore", "tar -x")):
        speed, ratio = total / middle[ours] / 1e6, middle[bare] / middle[ours]
        print(f"{ours} {middle[ours]:.1f} s ({speed:.0f} MB/s), {bare} {middle[bare]:.1f} s: {ratio:.2f}")
    print(
        f"the file is {middle['file'] / middle['tar']:.2f} of tar's, {middle['file'] / total:.2f} of what it holds"
    )


if __name__ == "__main__":
    main()
