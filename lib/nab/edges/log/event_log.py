"""The event log on disk: the truth. Many processes write it, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from msgspec import structs

from nab.core.errors import FAILED, NabError
from nab.core.facts import AnyFact, LogRepaired
from nab.core.log.events import FIRST, Damaged, Draft, Event, Link, Stamp, decode, encode, link, seal
from nab.core.log.segments import month
from nab.edges import clock
from nab.edges.files import files, locks
from nab.edges.log import checkpoints
from nab.edges.log.log_files import Read, find, lock_of, present, read_on, torn_folder

LOCK_SECONDS = 60.0


class EventLog:
    """The log in a folder: appends events for `by`, and reads them back.

    With a `checkpoint` it tells only of what is under way: what is closed is left out, and need not be read.
    """

    def __init__(
        self,
        folder: Path,
        by: str,
        *,
        now: Callable[[], datetime] = clock.now,
        checkpoint: Path | None = None,
    ) -> None:
        self.folder = folder
        self.by = by
        self._now = now
        self._checkpoint = checkpoint
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
        what = "the event log"
        with (
            locks.held(lock_of(self.folder), what=what, wait_seconds=LOCK_SECONDS),
            # Two writers at once would break the chain: one whose lock file was deleted keeps others out all the same.
            locks.folder_held(self.folder, what=what, wait_seconds=LOCK_SECONDS),
        ):
            repairs = move_torn_tail_aside(self.folder)
            there = self._find(named_ids)
            fresh = {draft.id: draft for draft in drafts if draft.id not in there}
            there |= {event.id: event for event in self._write([*repairs, *fresh.values()])}
        return [there[draft.id] for draft in drafts]

    def events(self, upto_seq: int | None = None) -> list[Event]:
        """Return the log as it was when `upto_seq` was its last event, or all of it.

        Raises NabError that names the file and the line when the log is not as it was written.
        """
        assert upto_seq is None or self._checkpoint is None, "what it was then, only the whole log tells"
        return self.read().chain.events[:upto_seq]

    def read(self) -> Read:
        """Read what is new; see events."""
        if self._checkpoint is not None and not self._read.sizes:
            self._read = checkpoints.load(self._checkpoint) or self._read
        self._read = read_on(self.folder, self._read)
        if self._read.chain.faults:
            raise NabError(
                f"the event log is damaged: {self.folder}/{self._read.chain.faults[0]}",
                hint="put that file back from the last pushed copy or a backup; never mend it by hand",
                exit_code=FAILED,
            )
        return self._read

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
            return find(self.folder, ids)
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
