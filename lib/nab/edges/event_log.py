"""The event log on disk: the truth. Many processes write it, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from msgspec import structs

from nab.core.chain import Chain, check_chain, find
from nab.core.errors import FAILED, NabError
from nab.core.events import FIRST, Damaged, Draft, Event, Link, Stamp, decode, encode, link, seal
from nab.core.facts import AnyFact, LogRepaired
from nab.core.segments import Segment, in_chain, month, named
from nab.edges import clock, files, locks

LOCK_SECONDS = 60.0


class EventLog:
    """The log in a folder: appends events for `by`, and reads them back."""

    def __init__(self, folder: Path, by: str, *, now: Callable[[], datetime] = clock.now) -> None:
        self.folder = folder
        self.by = by
        self._now = now
        self._read = Read()

    def append(  # noqa: PLR0913 - these are the columns of an event
        self,
        fact: AnyFact,
        *,
        entrant: str | None = None,
        round: int | None = None,
        run: str | None = None,
        valid: datetime | None = None,
        id: str | None = None,
    ) -> Event:
        """Append one event; see append_all."""
        draft = Draft(fact=fact, id=id or "", entrant=entrant, round=round, run=run, valid=valid)
        return self.append_all([draft])[0]

    def append_all(self, drafts: Sequence[Draft]) -> list[Event]:
        """Append events in one write and return them once they are on the disk.

        A draft whose id is in the log is not written again; the event it became is returned.
        """
        files.make_folder(self.folder)
        named_ids = {draft.id for draft in drafts if draft.id}
        drafts = [identified(draft) for draft in drafts]
        with locks.held(self.folder / ".lock", what="the event log", wait_seconds=LOCK_SECONDS):
            repairs = move_torn_tail_aside(self.folder)
            there = self._find(named_ids)
            fresh = {draft.id: draft for draft in drafts if draft.id not in there}
            there |= {event.id: event for event in self._write([*repairs, *fresh.values()])}
        return [there[draft.id] for draft in drafts]

    def events(self, upto_seq: int | None = None) -> list[Event]:
        """Return the log as it was when `upto_seq` was its last event, or all of it.

        Raises NabError that names the file and the line when the log is not as it was written.
        """
        self._read = read_on(self.folder, self._read)
        chain = self._read.chain
        if chain.faults:
            raise NabError(
                f"the event log is damaged: {self.folder}/{chain.faults[0]}",
                hint="put that file back from the last pushed copy or a backup; never mend it by hand",
                exit_code=FAILED,
            )
        return chain.events[:upto_seq]

    @property
    def last_seq(self) -> int:
        """The seq of the newest event; 0 when there is none."""
        return self._head().seq

    def _head(self) -> Link:
        for segment in reversed(present(self.folder)):
            line, _ = files.ending(self.folder / segment.name)
            if line:
                try:
                    return link(decode(line), line)
                except Damaged:
                    self.events()  # raises, and names the place
                    raise
        return FIRST

    def _find(self, ids: Set[str]) -> dict[str, Event]:
        if not ids:
            return {}
        try:
            return find(in_chain(read(self.folder)), ids)
        except Damaged:
            self.events()  # raises, and names the place
            raise

    def _write(self, drafts: Sequence[Draft]) -> list[Event]:
        stamp = Stamp(self._now(), clock.boot_id(), clock.monotonic(), self.by)
        segments = present(self.folder)
        # Never an older file than the newest there is, even when the clock went back over a month's end.
        segment = max([month(stamp.known), *segments])
        if segments and (segment not in segments or not drafts):
            # A writer may have died between its write and its sync, and no sync of ours would cover it.
            files.confirm(self.folder / segments[-1].name)
        if not drafts:
            return []
        head = self._head()
        try:
            return extend(self.folder / segment.name, drafts, head, stamp)
        except files.NotSynced as error:
            # Linux drops what it could not write and reports success the next time, so a file whose sync
            # failed is left for good and its successor goes on from the last line that was confirmed.
            left = LogRepaired(segment=segment.name, moved_bytes=0, reason=f"left: {error.strerror}")
            drafts = [identified(Draft(fact=left)), *drafts]
            return extend(self.folder / segment.next.name, drafts, head, stamp)


def extend(path: Path, drafts: Sequence[Draft], head: Link, stamp: Stamp) -> list[Event]:
    """Write drafts as the next events of a segment."""
    events, lines = [], []
    for draft in drafts:
        event = seal(draft, head, stamp)
        line = encode(event)
        head = link(event, line)
        events.append(event)
        lines.append(line)
    files.append_synced(path, b"".join(lines))
    return events


def identified(draft: Draft) -> Draft:
    """Give a draft an id of its own if it has none."""
    return draft if draft.id else structs.replace(draft, id=uuid4().hex)


def move_torn_tail_aside(folder: Path) -> list[Draft]:
    """Move the unfinished line of a writer that died to torn/, and return the fact to be logged."""
    for segment in present(folder)[-1:]:
        path = folder / segment.name
        _, torn = files.ending(path)
        if torn:
            size = path.stat().st_size - len(torn)
            files.replace_bytes(torn_folder(folder) / f"{segment.name}.{size}.{uuid4().hex[:8]}", torn)
            files.cut(path, size)
            reason = "the last line was unfinished; it is kept in torn/"
            fact = LogRepaired(segment=segment.name, moved_bytes=len(torn), reason=reason)
            return [identified(Draft(fact=fact))]
    return []


def torn_folder(folder: Path) -> Path:
    """Where a log keeps the unfinished lines that it moved aside."""
    return folder / "torn"


def present(folder: Path) -> list[Segment]:
    """List the segments of a log, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(segment for path in folder.iterdir() if (segment := named(path.name)))


def read(folder: Path) -> list[tuple[Segment, list[bytes]]]:
    """Read the lines of a log, segment by segment."""
    lines = []
    for segment in present(folder):
        with (folder / segment.name).open("rb") as file:
            lines.append((segment, file.readlines()))
    return lines


@dataclass(frozen=True)
class Read:
    """What was read of a log, and how long its files were: one program reads a line once."""

    chain: Chain = field(default_factory=Chain)
    sizes: dict[Segment, int] = field(default_factory=dict)


def read_on(folder: Path, before: Read) -> Read:
    """Read what a log has beyond what was read of it; all of it where it did not simply grow at its end."""
    sizes = {segment: files.size(folder / segment.name) for segment in present(folder)}
    if before.sizes and sizes == before.sizes:
        return before
    if not sizes:
        return Read()
    *older, newest = sizes
    known = before.sizes.get(newest, 0)
    grown = 0 < known < sizes[newest] and all(sizes[one] == before.sizes.get(one) for one in older)
    if grown and not before.chain.faults:
        new = [line + b"\n" for _, line in files.lines_after(folder / newest.name, known)]
        more = check_chain([(newest.name, new)], before.chain.head)
        if not more.faults:
            events = [*before.chain.events, *more.events]
            return Read(Chain(events, [], more.head), {**sizes, newest: known + sum(map(len, new))})
    return read_whole(folder)


def read_whole(folder: Path) -> Read:
    """Read a log and check every line of it."""
    lines = read(folder)
    ends = {segment: sum(map(len, whole)) for segment, whole in lines}
    torn = {segment: len(whole[-1]) for segment, whole in lines if whole and not whole[-1].endswith(b"\n")}
    return Read(check_chain(in_chain(lines)), {one: size - torn.get(one, 0) for one, size in ends.items()})
