"""The program that looks into what an agent made, one content after the other; whatever it meets ends only itself.

It is started with two open files: for what it is to look at, and how much memory and processor time it may take.
It is asked by a line `KIND SIZE`, the content standing in the file from its beginning, and answers by a line of JSON.
"""

from __future__ import annotations

import math
import os
import resource
import sys
from typing import Any

import msgspec

from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import SEALED, Judge, Verdict

BEGIN, LOOK = "begin", "look"


class Setup(msgspec.Struct):
    """What is looked for."""

    secrets: dict[str, bytes]
    public: bytes
    harmless: list[str]


class Answer(msgspec.Struct):
    """What was found, if anything, and the seconds of a processor that it took."""

    reason: str = ""
    what: str = ""
    mark: str = ""
    seconds: float = 0.0


def main(file: int, memory_bytes: int, seconds: int) -> None:
    """Answer until nobody asks any more."""
    confine(memory_bytes)
    judge = Judge(Scanner({}), sys.maxsize)
    for line in sys.stdin:
        kind, size = line.split()
        content = os.pread(file, int(size), 0)
        if kind == BEGIN:
            setup = msgspec.msgpack.decode(content, type=Setup)
            judge.scanner = Scanner(setup.secrets, public=setup.public, harmless=setup.harmless)
            say(Answer())
        else:
            say(looked(judge, content, seconds))


def confine(memory_bytes: int) -> None:
    """Take no more memory than that, and write no file."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def looked(judge: Judge, content: bytes, seconds: int) -> Answer:
    """Look into a content, within the seconds: then the kernel ends us."""
    before = used()
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(before) + seconds, most))
    verdict = verdict_of(judge, content)
    finding = verdict.finding if verdict else None
    return Answer(
        reason=verdict.reason if verdict else "",
        what=finding.what if finding else "",
        mark=finding.mark if finding else "",
        seconds=used() - before,
    )


def verdict_of(judge: Judge, content: bytes) -> Verdict | None:
    """Judge a content; one that breaks the look stays."""
    try:
        return judge.look_into(content)
    except MemoryError:
        return Verdict(f"{SEALED}: looking into it takes too much memory")
    except Exception as error:  # noqa: BLE001 - what libraries raise at hostile bytes is without end
        return Verdict(f"{SEALED}: looking into it fails ({type(error).__name__})")


def used() -> float:
    """Return the seconds of a processor that we have had."""
    had = resource.getrusage(resource.RUSAGE_SELF)
    return had.ru_utime + had.ru_stime


def say(answer: Any) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
