"""How fast sessions are read: MB and events a second on one core, beside bare JSON, and the memory it takes.

python bench/transcripts.py [MB]: so much of each program's own transcript, repeated; 40 without a number. Beside it
runs claude-code-log (PyPI), a converter of Claude Code's transcripts, over 10 MB, where it is on the PATH.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from nab.core.agents import readers
from nab.core.agents.lines import Cutter

KEPT = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "cli_output"
PIECE = 1 << 20
PEER, PEER_MB = "claude-code-log", 10
ID = b'"id":"'  # ids differ in every repetition, as in a real transcript


def stream(agent: str, megabytes: int) -> Iterator[bytes]:
    """Yield a transcript of that size in pieces, generated as it is read."""
    once = (KEPT / agent / "basic.transcript.jsonl").read_bytes()
    sent, number = 0, 0
    while sent < megabytes * 10**6:
        made = b"".join(once.replace(ID, ID + b"%08d" % (number + one)) for one in range(20))
        number += 20
        for start in range(0, len(made), PIECE):
            yield made[start : start + PIECE]
        sent += len(made)


def normalise(agent: str, pieces: Iterator[bytes]) -> tuple[int, int]:
    """Read everything, and write it as our own events."""
    reader, cutter, size, count = readers.of_transcript(agent, "bench"), Cutter(), 0, 0
    for piece in pieces:
        size += len(piece)
        for line in cutter.cut(piece):
            for event in reader.read(line):
                readers.as_line(event)
                count += 1
    assert reader.broken == 0
    return size, count


def bare(decode: Callable[[bytes], object]) -> Callable[[str, Iterator[bytes]], tuple[int, int]]:
    """Return what only parses every line."""

    def parse(agent: str, pieces: Iterator[bytes]) -> tuple[int, int]:
        cutter, size, count = Cutter(), 0, 0
        for piece in pieces:
            size += len(piece)
            for line in cutter.cut(piece):
                if line:
                    decode(line)
                    count += 1
        return size, count

    return parse


def peer() -> str:
    """Convert a transcript with another program. It does more (a page to look at) and reads only Claude Code's."""
    program = shutil.which(PEER)
    if program is None:
        return f"{PEER}: skipped, it is not on the PATH (pip install {PEER})"
    with TemporaryDirectory() as folder:
        source = Path(folder, "transcript.jsonl")
        source.write_bytes(b"".join(stream("claude", PEER_MB)))
        size, lines = source.stat().st_size, source.read_bytes().count(b"\n")
        words = [program, str(source), "-o", str(Path(folder, "out.md")), "--format", "md"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(words, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return shown("claude", PEER, size / seconds, lines / seconds, after.ru_maxrss)


def shown(agent: str, name: str, bytes_a_second: float, count_a_second: float, peak_kib: int) -> str:
    return (
        f"{agent:7} {name:20} {bytes_a_second / 1e6:6.0f} MB/s {count_a_second:10,.0f} a second"
        f"   {peak_kib / 1024:5.0f} MiB at most"
    )


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    ways = {
        "json.loads": bare(json.loads),
        "msgspec.json.decode": bare(msgspec.json.decode),
        "normalised": normalise,
    }
    for agent in ("claude", "codex", "gemini"):
        for name, way in ways.items():
            began = time.process_time()
            size, count = way(agent, stream(agent, megabytes))
            seconds = time.process_time() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            print(shown(agent, name, size / seconds, count / seconds, peak))
    print(peer())


if __name__ == "__main__":
    main()
