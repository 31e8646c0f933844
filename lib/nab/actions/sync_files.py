"""Take the files of the state into the mirror: what changed of them since the last tick."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from nab.actions.sync_sources import Found
from nab.actions.sync_stage import NO_ROOM, Stage
from nab.core.errors import FAILED, NabError
from nab.core.events import Damaged, Link, decode, link
from nab.core.sync import parts
from nab.core.sync.judging import LARGE, Verdict
from nab.core.sync.known import UNKNOWN, Held, blob_id
from nab.core.sync.parts import Part
from nab.core.sync.taking import Way
from nab.edges import clock, event_log, locks, tails, workspaces
from nab.paths import Paths

REST_SECONDS = 600  # an unfinished line that is so old is taken for finished
LOG_SECONDS = 10
RECORD = "longer than max_record_mib"
UNREADABLE = "unreadable"


@dataclass
class Taking:
    """Takes files into a stage."""

    stage: Stage
    paths: Paths
    record_bytes: int

    def take(self, files: list[Found]) -> None:
        """Take what changed of them, as far as the time allows."""
        now = clock.now().timestamp()
        sealed = self.sealed_sizes() if any(one.way is Way.SEALED for one in files) else {}
        for one in files:
            if self.stage.is_over():
                return
            held = self.stage.known.files.setdefault(one.path, Held())
            signature = workspaces.settled(one.seen, now)
            if held.signature == signature != UNKNOWN:
                continue
            try:
                self.one(one, held, sealed)
            except OSError as error:
                held.signature = UNKNOWN
                self.stage.note(one.path, one.seen.st_size, Verdict(f"{UNREADABLE}: {error.strerror}"))
            self.stage.flush_if_full()

    def one(self, one: Found, held: Held, sealed: dict[bytes, int]) -> None:
        """Take one file. Raises OSError when it cannot be read."""
        with tails.regular(Path(os.fsdecode(one.root)), os.fsdecode(one.place)) as (file, seen):
            match one.way:
                case Way.WHOLE:
                    self.whole(one, held, file, seen)
                case Way.GROWN:
                    self.grown(one, held, file, seen.st_size)
                    self.at_end(one, held, seen)
                case Way.SEALED:
                    self.grown(one, held, file, sealed.get(one.place, held.end))
                    self.at_end(one, held, seen)

    def whole(self, one: Found, held: Held, file: int, seen: os.stat_result) -> None:
        """Take a file as it is."""
        held.signature = workspaces.settled(seen, clock.now().timestamp())
        if seen.st_size > self.stage.judge.file_bytes:
            held.blob = ""
            return self.stage.leave(one.path, seen.st_size, Verdict(LARGE))
        content = b"".join(tails.between(file, 0, seen.st_size))
        if (blob := blob_id(content)) == held.blob:
            return None
        why = self.stage.put(one.path, content)
        held.end, held.blob = len(content), "" if why else blob
        if why and why.reason == NO_ROOM:
            held.signature = UNKNOWN
        return None

    def grown(self, one: Found, held: Held, file: int, size: int) -> None:
        """Take what a file has gained, in parts."""
        more = True
        while more and not self.stage.is_over():
            content = b"".join(tails.between(file, held.start, min(size, held.start + parts.WINDOW_BYTES)))
            if size < held.end or not continues(held, content):
                self.stage.drop_folder(one.path)  # another file has its name now; the history has the old one
                held.start, held.end, held.blob = 0, 0, ""
                continue
            more = held.start + len(content) < size
            at_rest = one.way is Way.GROWN and clock.now().timestamp() - one.seen.st_mtime > REST_SECONDS
            goes = parts.may_go(content, more=more, at_rest=at_rest and not more)
            head = self.stage.known.events
            if one.way is Way.SEALED:
                goes, head = self.checked(content[:goes], held)
            gains = held.start + goes > held.end
            more = gains and self.parts(one, held, file, parts.cut(content[:goes], held.start)) and more
            self.stage.known.events = head

    def parts(self, one: Found, held: Held, file: int, cut: list[Part]) -> bool:
        """Take parts as far as there is room. Says whether there is for what follows."""
        rest = one.path + b"/"
        for part in cut:
            bounded = one.way is Way.GROWN and part.end > self.record_bytes
            if bounded or not self.stage.has_room(one.path, len(part.content)):
                why = Verdict(RECORD if bounded else NO_ROOM)
                self.stage.note(rest, os.fstat(file).st_size - held.end, why)
                return False
            before, now = (held.start, held.blob), (part.start, blob_id(part.content))
            (held.start, held.blob), held.end = now, part.end
            name = parts.name(one.path, part.start)
            if now != before and self.stage.put(name, part.content, around=around(file, part)):
                held.start, held.blob = part.end, ""  # so that no more than this is withheld
            self.stage.flush_if_full()
        self.stage.known.rows.pop(rest, None)
        return True

    def at_end(self, one: Found, held: Held, seen: os.stat_result) -> None:
        """Remember the file as it is once nothing more of it can be taken; else it is looked at again."""
        rest = self.stage.known.rows.get(one.path + b"/")
        done = rest.reason == RECORD if rest else held.end == seen.st_size
        held.signature = workspaces.settled(seen, clock.now().timestamp()) if done else UNKNOWN

    def sealed_sizes(self) -> dict[bytes, int]:
        """Return how long the segments of the log are; what was written by then is acknowledged."""
        folder = self.paths.events
        with locks.held(folder / ".lock", what="the event log", wait_seconds=LOG_SECONDS):
            names = [segment.name for segment in event_log.present(folder)]
            return {b"events/" + name.encode(): (folder / name).stat().st_size for name in names}

    def checked(self, content: bytes, held: Held) -> tuple[int, Link]:
        """Return how many bytes of a segment are events of an unbroken chain, and where it stands then.

        What is not stays here, loudly.
        """
        old = held.end - held.start
        new = content[old:]
        head, good = follow(self.stage.known.events, new)
        if good < len(new):
            chain = event_log.read_chain(self.paths.events)
            if chain.faults:
                trouble = f"the event log is damaged: {chain.faults[0]}; nothing after that is synced"
                self.stage.troubles.append(NabError(trouble, hint="make verify", exit_code=FAILED))
            else:  # a segment that took over after an I/O error repeats what was never acknowledged
                last = new.rstrip(b"\n").rpartition(b"\n")[2] + b"\n"
                head, good = link(decode(last), last), len(new)
        return old + good, head


def follow(head: Link, lines: bytes) -> tuple[Link, int]:
    """Follow the chain through whole lines. Returns where it stands and how many bytes it is unbroken for."""
    good = 0
    for line in lines.splitlines(keepends=True):
        try:
            event = decode(line)
        except Damaged:
            break
        if (event.seq - 1, event.prev) != head:
            break
        head, good = link(event, line), good + len(line)
    return head, good


def continues(held: Held, content: bytes) -> bool:
    """Say whether a file still begins, from its last part on, as it did."""
    return not held.blob or blob_id(content[: held.end - held.start]) == held.blob


def around(file: int, part: Part) -> bytes:
    """Return what stands on either side of a part that ends or begins within a line; nothing for whole lines."""
    before = b"".join(tails.between(file, max(0, part.start - 1), part.start))
    if before in {b"", b"\n"} and part.content.endswith(b"\n"):
        return b""
    return b"".join(tails.between(file, max(0, part.start - parts.AROUND), part.end + parts.AROUND))
