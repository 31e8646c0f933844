"""A judge that looks into nothing itself: a program of its own does, within limits of memory and time."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

import nab
from nab.core.errors import FAILED, NabError
from nab.core.upkeep.secrets.archives import may_be_packed
from nab.core.upkeep.secrets.scanner import Finding, Scanner
from nab.core.upkeep.secrets.verdicts import SEALED, Judge, Verdict
from nab.core.upkeep.sync.mirror_index import blob_id
from nab.edges import clock, process
from nab.edges.secrets.reader import BEGIN, LOOK, Answer, Setup

MEMORY_BYTES, SMALL = 1 << 30, 1 << 16
SECONDS, WALL_SECONDS = 10, 60.0  # of a processor and of the clock, for one content
TOO_LONG, BROKEN = "looking into it takes too long", "looking into it breaks what looks"
GRACE_SECONDS = 0.5
NO_TIME = "no time was left to look into it"


@dataclass
class GuardedJudge(Judge):
    """Judges as a judge does; a content that breaks the look stays here, and the next one is looked into."""

    passed: set[str] = field(default_factory=set)  # blobs in which nothing was found
    reader: process.Asked | None = None
    shared: int = -1  # the file in memory through which contents go

    def look_into(self, content: bytes) -> Verdict | None:
        """Say why a content stays here. Raises NabError when no look is possible at all."""
        blob = blob_id(content)
        if blob in self.passed:
            return None
        verdict = self.verdict(content)
        if verdict is None:
            self.passed.add(blob)
        return verdict

    def verdict(self, content: bytes) -> Verdict | None:
        """Judge what was not judged before."""
        if self.left_seconds <= 0:
            return Verdict(f"{SEALED}: {NO_TIME}")
        if len(content) <= SMALL and not may_be_packed(content):
            return super().look_into(content)  # nothing is opened, and no text is dear to look through
        answer = self.ask(LOOK, content)
        self.left_seconds -= answer.seconds
        finding = Finding(answer.what, answer.mark) if answer.what else None
        return Verdict(answer.reason, finding) if answer.reason else None

    def ask(self, kind: str, content: bytes) -> Answer:
        """Ask the reader, and end it when it does not answer."""
        if self.reader is None:
            self.start()
        self.share(content)
        line = self.answer(f"{kind} {len(content)}\n".encode())
        return msgspec.json.decode(line, type=Answer) if line else self.ended()

    def share(self, content: bytes) -> None:
        """Lay a content where the reader finds it."""
        os.ftruncate(self.shared, 0)
        view, place = memoryview(content), 0
        while place < len(view):
            place += os.pwrite(self.shared, view[place:], place)

    def answer(self, question: bytes) -> bytes:
        """Put a question; empty when no answer comes in time."""
        assert self.reader and self.reader.stdin and self.reader.stdout
        answer, until = bytearray(), clock.monotonic() + WALL_SECONDS
        try:
            self.reader.stdin.write(question)
            self.reader.stdin.flush()
        except OSError:
            return b""
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([self.reader.stdout], [], [], max(0.0, until - clock.monotonic()))
            piece = os.read(self.reader.stdout.fileno(), 1 << 16) if ready else b""
            if not piece:
                return b""
            answer += piece
        return bytes(answer)

    def start(self) -> None:
        """Start the reader. Raises NabError when it cannot be."""
        words = (sys.executable, "-m", "nab.edges.secrets.reader")
        limits = (self.shared, MEMORY_BYTES, SECONDS)
        library = str(Path(nab.__file__).parent.parent)
        self.reader = process.start_asked(
            *words, *map(str, limits), env={"PYTHONPATH": library}, files=(self.shared,)
        )
        secrets, public, harmless = self.scanner.made_of
        self.share(setup := msgspec.msgpack.encode(Setup(secrets, public, list(harmless))))
        if not self.answer(f"{BEGIN} {len(setup)}\n".encode()):
            self.stop()
            raise NabError("the program that looks for secrets does not start", exit_code=FAILED)

    def ended(self) -> Answer:
        """Say why there was no answer, and end the reader."""
        code = self.stop()
        why = BROKEN if code not in {-signal.SIGXCPU, -signal.SIGKILL} else TOO_LONG
        return Answer(reason=f"{SEALED}: {why}", seconds=SECONDS)

    def stop(self) -> int:
        """End the reader, and return how it ended."""
        if self.reader is None:
            return 0
        reader, self.reader = self.reader, None
        return process.end_asked(reader, GRACE_SECONDS)


@contextmanager
def opened(scanner: Scanner, file_bytes: int) -> Iterator[GuardedJudge]:
    """Give a judge, and end its reader with it."""
    shared = os.memfd_create("nab")
    judge = GuardedJudge(scanner, file_bytes, shared=shared)
    try:
        yield judge
    finally:
        judge.stop()
        os.close(shared)
