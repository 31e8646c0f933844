"""What disk discipline costs: a disk of fixed size beside a folder, compression and reading, and counting a folder.

python bench/disk.py [FOLDER]: there, or in a temporary folder. Without loop devices the first part is skipped.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from nab.core.upkeep.disks import Room
from nab.edges.files import compressed as files_compressed
from nab.edges.files import compression, files
from nab.edges.host import loop_disks
from nab.edges.untrusted import folder_sizes
from nab.paths import AgentFolder

REPOSITORY = Path(__file__).resolve().parents[1]
MIB = 1 << 20
LARGE, SMALL, SMALL_BYTES, RUNS = 256, 5_000, 2_000, 3
CALLS, COUNTED = 100_000, 100_000


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def median(work: Callable[[], float]) -> float:
    return statistics.median(work() for _ in range(RUNS))


def large(folder: Path) -> float:
    """Write a large file to the disk; MiB/s."""
    piece = os.urandom(MIB)
    with (folder / "large").open("wb") as file:
        seconds = timed(
            lambda: ([file.write(piece) for _ in range(LARGE)], file.flush(), os.fsync(file.fileno()))
        )
    (folder / "large").unlink()
    return LARGE / seconds


def small(folder: Path) -> float:
    """Write many small files, and all of them to the disk; files/s."""
    (folder / "small").mkdir()

    def write() -> None:
        for number in range(SMALL):
            (folder / "small" / str(number)).write_bytes(bytes(SMALL_BYTES))
        held = os.open(folder, os.O_RDONLY)
        os.fsync(held)
        os.close(held)

    seconds = timed(write)
    shutil.rmtree(folder / "small")
    return SMALL / seconds


def fixed(scratch: Path) -> None:
    """Compare a disk of fixed size with a folder beside it."""
    if why := loop_disks.why_not(scratch):
        print(f"disk of fixed size: skipped, {why}")
        return
    bare, image, place = scratch / "bare", scratch / "disk.img", scratch / "disk"
    bare.mkdir()
    seconds = timed(
        lambda: (
            loop_disks.make(image, Room(50 << 30, 500_000)),
            loop_disks.attach(image, AgentFolder(place)),
        )
    )
    print(
        f"disk of 50 GiB: made and mounted in {seconds:.2f} s, takes {image.stat().st_blocks / 2048:.1f} MiB empty"
    )
    try:
        for what, work, unit in (("one large file", large, "MiB/s"), ("small files", small, "files/s")):
            there, here = median(lambda work=work: work(place)), median(lambda work=work: work(bare))
            print(
                f"  {what}, synced: {there:,.0f} {unit}, a folder {here:,.0f}: {there / here:.2f} times that"
            )
    finally:
        loop_disks.detach(AgentFolder(place))


def record(path: Path) -> None:
    """Write a record of calls, as varied as the proxy's own: times, ids and digests differ in every line."""
    hosts = ("api.anthropic.com", "api.openai.com", "api-tournament.numer.ai", "packages.example")
    with path.open("w", encoding="ascii") as file:
        for number in range(CALLS):
            call = {
                "schema": 2, "time": f"2026-05-16T13:{number // 60 % 60:02}:{number % 60:02}.{number % 1000:03}Z",
                "phase": "done", "seq": number, "run": "2026-05-16T130207Z-codex-l4", "session": "work",
                "id": os.urandom(16).hex(), "via": "proxy", "client_port": 30_000 + number % 30_000, "method": "POST",
                "scheme": "https", "host": hosts[number % 4], "port": 443, "path": "/v1/messages", "query": "",
                "status": 200, "request_bytes": number * 37 % 90_000, "response_bytes": number * 91 % 90_000,
                "seconds": number % 977 / 100, "category": "llm", "error": None, "denied": None, "graphql": None,
                "request_sha256": os.urandom(32).hex(), "response_sha256": os.urandom(32).hex(), "body": None,
            }  # fmt: skip
            file.write(json.dumps(call, separators=(",", ":")) + "\n")


def transcripts(path: Path) -> None:
    """Write the kept transcripts of the three programs one after the other; ids differ in every repetition."""
    kept = sorted((REPOSITORY / "tests" / "fixtures" / "cli_output").glob("*/*.transcript.jsonl"))
    with path.open("wb") as file:
        for number in range(150):
            for one in kept:
                file.write(one.read_bytes().replace(b'"id":"', b'"id":"%08d' % number))


def compressed(scratch: Path, name: str, make: Callable[[Path], None]) -> None:
    """Compress a record, read it in both forms, and compare with gzip's own."""
    path = scratch / name
    make(path)
    size = path.stat().st_size
    plain = median(lambda: timed(lambda: sum(1 for _ in files.lines_after(path, 0))))
    whole = gzip.compress(path.read_bytes(), files_compressed.LEVEL)
    seconds = timed(lambda: compression.pack(path))
    left = files_compressed.beside(path).stat().st_size
    read = median(lambda: timed(lambda: sum(1 for _ in files.lines_after(path, 0))))
    middle = median(lambda: timed(lambda: next(files.lines_after(path, size // 2))))
    print(f"{name}, {size / MIB:.0f} MiB: {size / left:.1f} to 1, as one gzip {size / len(whole):.1f} to 1")
    print(f"  compressed, synced, read again and compared at {size / MIB / seconds:.0f} MiB/s")
    print(f"  lines read at {size / MIB / read:.0f} MiB/s, plain {size / MIB / plain:.0f}")
    print(f"  a line in the middle read in {middle * 1e3:.1f} ms")


def counted(scratch: Path) -> None:
    """Count a folder of many files, as a watched disk is counted."""
    for number in range(COUNTED):
        folder = scratch / "counted" / str(number // 1000)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / str(number)).touch()
    seconds = median(lambda: timed(lambda: folder_sizes.whole(AgentFolder(scratch / "counted"))))
    print(f"counting {COUNTED:,} files: {seconds:.2f} s, {seconds / COUNTED * 1e6:.1f} µs each")


def main() -> None:
    with TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as folder:
        scratch = Path(folder).resolve()
        fixed(scratch)
        compressed(scratch, "http.jsonl", record)
        compressed(scratch, "transcripts.jsonl", transcripts)
        counted(scratch)


if __name__ == "__main__":
    main()
