"""The event log on disk: the truth. Many processes write it, one at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence, Set
from datetime import datetime
from pathlib import Path

from msgspec import structs

from nab.core.errors import NabError
from nab.core.facts import AnyFact, LogLost, LogRepaired
from nab.core.log.events import Damaged, Draft, Event, Link, Stamp
from nab.core.log.heads import holds
from nab.core.log.segments import Segment, month
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files
from nab.edges.log import checkpoints, glances, heads, repairs, shared_syncs, sifted, tails
from nab.edges.log.grips import Grip
from nab.edges.log.log_files import Read, find, present, read_on, read_whole, sizes, whole
from nab.edges.log.tails import Tail
from nab.edges.log.witnesses import Witness

LOCK_SECONDS = 60.0


class EventLog:
    """The log in a folder: appends events for `by`, and reads them back.

    With `recent` it tells only of what is under way: what is closed is left out of the `checkpoint`, and need not be
    read. When it `sifts` it tells of scores only what verdicts and tables rest on (core/scores/sieve.py), by what is
    `kept` of that, where a folder is named. Every way in raises NabError when the log does not hold what is known to
    have been written.
    """

    def __init__(  # noqa: PLR0913 - each is a way to read less
        self,
        folder: Path,
        by: str,
        *,
        now: Callable[[], datetime] = clock.now,
        checkpoint: Path | None = None,
        recent: bool = False,
        sifts: bool = False,
        kept: Path | None = None,
    ) -> None:
        self.folder = folder
        self.by = by
        self._now = now
        self._checkpoint = checkpoint
        self._recent = recent
        self._sifts, self._kept = sifts, kept
        self._read = Read()
        self._witness = Witness(folder, checkpoint)
        self._grip = Grip(folder)

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
        ids = {draft.id for draft in drafts if draft.id}
        drafts = [identified(draft) for draft in drafts]
        there = self._append_among_others(drafts, ids)
        if there is None:
            there = self._append_alone(drafts, ids)
        return [there[draft.id] for draft in drafts]

    def _append_among_others(self, drafts: Sequence[Draft], ids: Set[str]) -> dict[str, Event] | None:
        """Append where the log simply goes on, while others append; None where it does not."""
        grip = self._grip = self._grip if self._grip.pid == os.getpid() else Grip(self.folder)
        with grip.mutex:
            tail, there = self._go_on(grip, drafts, ids)
            if tail is None:
                return None
            try:
                shared_syncs.confirm(self.folder, tail)
                return there | {event.id: event for event in tail.events}
            except files.NotSynced as error:
                failure = error
            finally:
                tail.unlock()
        return self._append_elsewhere(tail, drafts, ids, failure)

    def _go_on(
        self, grip: Grip, drafts: Sequence[Draft], ids: Set[str]
    ) -> tuple[Tail | None, dict[str, Event]]:
        """Write what is not there yet, and return what was. Nothing is written where that is not all to do."""
        try:
            grip.take(LOCK_SECONDS)
            if (tail := self._witness.tail(grip)) is None:
                return None, {}
            there, stamp = self._find(ids), self._stamp()
            fresh = list({draft.id: draft for draft in drafts if draft.id not in there}.values())
            if not fresh or month(stamp.known) > tail.segment:
                return None, {}
            tail.write(fresh, stamp)
            return tail, there
        finally:
            grip.let_go()

    def _append_alone(self, drafts: Sequence[Draft], ids: Set[str]) -> dict[str, Event]:
        """Append whatever the log looks like, with nobody else at work on it."""
        with shared_syncs.alone(self.folder, LOCK_SECONDS):
            return self._append(drafts, ids)

    def _append_elsewhere(
        self, tail: Tail, drafts: Sequence[Draft], ids: Set[str], error: files.NotSynced
    ) -> dict[str, Event]:
        """Append in another segment than the one whose sync failed. Whoever was quicker may have saved our lines."""
        with shared_syncs.alone(self.folder, LOCK_SECONDS):
            if present(self.folder)[-1] == tail.segment:
                tail.take_back()
                self._leave(tail.segment, error)
            return self._append(drafts, {*ids, *(draft.id for draft in drafts)})

    def _append(self, drafts: Sequence[Draft], ids: Set[str]) -> dict[str, Event]:
        repaired = self._mended()
        there = self._find(ids)
        fresh = {draft.id: draft for draft in drafts if draft.id not in there}
        return there | {event.id: event for event in self._write([*repaired, *fresh.values()])}

    def accept_loss(self, ends: int) -> Event:
        """Go on without the events after `ends` that had been written: a person's decision, which the log tells.

        Raises NabError when nothing is lost, or when the log ends elsewhere.
        """
        with shared_syncs.alone(self.folder, LOCK_SECONDS):
            read = whole(self.folder, read_whole(self.folder), ())
            missing = [place for place in self._witness.known() if not holds(read.chain, place)]
            if not missing:
                raise NabError("nothing is lost: the event log holds all that is known to have been written")
            if read.chain.head.seq != ends:
                raise NabError(
                    f"the event log ends at event {read.chain.head.seq}, not at {ends}",
                    hint=f"make verify ACCEPT={read.chain.head.seq}",
                )
            self._witness.accept(max(missing))
            lost = LogLost(had=max(missing).seq, head=max(missing).prev)
            told: list[AnyFact] = [*repairs.mend(self.folder), lost]
            return self._write([identified(Draft(fact=fact)) for fact in told])[-1]

    def events(self, upto_seq: int | None = None) -> list[Event]:
        """Return the log as it was when `upto_seq` was its last event, or all of it.

        Raises NabError that names the file and the line when the log is not as it was written.
        """
        assert upto_seq is None or not (self._recent or self._sifts), (
            "what it was then, only the whole log tells"
        )
        return self.read().chain.events[:upto_seq]

    def read(self) -> Read:
        """Read what is new; see events."""
        self._grip.close()
        if self._sifts:
            return self._sift()
        known = self._witness.known()  # before the log: it grows meanwhile
        if self._checkpoint is not None and self._recent and not self._read.sizes:
            self._read = checkpoints.load(self._checkpoint) or self._read
        self._read = read_on(self.folder, self._read)
        if not self._read.chain.faults and not all(holds(self._read.chain, place) for place in known):
            self._read = read_whole(self.folder)
        return self._witness.confirm(self._read, known)

    def _sift(self) -> Read:
        """Read it by what counts, where it is not as it was read before."""
        if not self._read.sizes or self._read.sizes != sizes(self.folder):
            self._witness.glance()  # whether it goes through its checkpoint the ends of its files say
            self._read = sifted.read(self.folder, self._witness.known(), self._kept)
            self._witness.confirm(self._read, [])
        return self._read

    @property
    def last_seq(self) -> int:
        """The seq of the newest event; 0 when there is none."""
        return self.check().seq

    def check(self) -> Link:
        """Look at the ends of the files, and return where the chain stands; only where that says too little read on."""
        return self._witness.glance() or self.read().chain.head

    def _mended(self) -> list[Draft]:
        """Make the log's end sound, once the whole log was found to be; return what is to be told of it."""
        if self._witness.glance() is not None:
            return []
        self._witness.confirm(read_whole(self.folder), self._witness.known())
        mended = [identified(Draft(fact=fact)) for fact in repairs.mend(self.folder)]
        failpoints.reach(Failpoint.LOG_MENDED)
        return mended

    def _head(self) -> Link:
        head = glances.head(self.folder, present(self.folder))
        assert head is not None, "it was mended"
        return head

    def _find(self, ids: Set[str]) -> dict[str, Event]:
        if not ids:
            return {}
        try:
            return find(self.folder, ids)
        except Damaged:
            self.events()  # raises, and names the place
            raise

    def _stamp(self) -> Stamp:
        return Stamp(self._now(), clock.boot_id(), clock.monotonic(), self.by)

    def _write(self, drafts: Sequence[Draft]) -> Sequence[Event]:
        stamp = self._stamp()
        segments = present(self.folder)
        # Never an older file than the newest there is, even when the clock went back over a month's end.
        segment = max([month(stamp.known), *segments])
        if segments and (segment not in segments or not drafts):
            # A writer may have died between its write and its sync, and no sync of ours would cover it.
            files.confirm(self.folder / segments[-1].name)
        head = self._head()
        if not drafts:
            heads.note(self.folder, head)
            return []
        try:
            events, head = extend(self.folder / segment.name, drafts, head, stamp)
        except files.NotSynced as error:
            head = self._leave(segment, error)
            events, head = extend(self.folder / segment.next.name, drafts, head, stamp)
        failpoints.reach(Failpoint.LOG_WRITTEN)
        heads.note(self.folder, head)
        return events

    def _leave(self, segment: Segment, error: files.NotSynced) -> Link:
        """Leave a segment whose sync failed, and begin its successor. Returns where the chain stands then.

        Linux drops what it could not write and reports success the next time, so such a file is left for good. What
        others have written there and nobody confirmed is written anew.
        """
        left = LogRepaired(segment=segment.name, moved_bytes=0, reason=f"left: {error.strerror}")
        lines = tails.unconfirmed(self.folder / segment.name, heads.noted(self.folder))
        _, told, head = tails.sealed([identified(Draft(fact=left))], self._head(), self._stamp())
        files.append_synced(self.folder / segment.next.name, lines + told)
        heads.note(self.folder, head)
        return head


def extend(path: Path, drafts: Sequence[Draft], head: Link, stamp: Stamp) -> tuple[list[Event], Link]:
    """Write drafts as the next events of a segment; return them, and where the chain stands then."""
    events, lines, head = tails.sealed(drafts, head, stamp)
    files.append_synced(path, lines)
    return events, head


def identified(draft: Draft) -> Draft:
    """Give a draft an id of its own if it has none."""
    return draft if draft.id else structs.replace(draft, id=os.urandom(16).hex())
