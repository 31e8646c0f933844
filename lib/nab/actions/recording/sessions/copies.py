"""Our copies of what the sessions of a run print and write down, kept up with what the agent's programs write."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click

from nab.actions.recording.sessions import budgets
from nab.actions.recording.sessions.budgets import Spent
from nab.actions.recording.sessions.sources import Found, Source, Sources
from nab.core.agents import places
from nab.core.text import times
from nab.edges import clock
from nab.edges.files import files, locks
from nab.edges.untrusted import copies, workspaces
from nab.edges.untrusted.copies import CopyBudget
from nab.paths import RunPaths

WRITING = "sessions"
LIVELY_SECONDS = 120.0  # how long a file that grew is expected to grow again
MOST_SEEN = 5_000
OURS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}  # our own disk's trouble, which may pass


class CopiedSource(NamedTuple):
    """A source as it was when all of it was in the copy. `at` is a moment of the boot, seconds."""

    signature: int
    inode: int
    at: float


class Collection:
    """The copies of one run, as one process has seen their sources."""

    def __init__(self, paths: RunPaths, patterns: Iterable[str]) -> None:
        self.paths = paths
        self.sources = Sources(paths, patterns)
        self.seen: dict[Source, CopiedSource] = {}
        self.refused: set[Source] = set()  # for want of room for one more file
        self.told: set[str] = set()
        self.share, self.full = "", "-"  # which counts, and which is used up

    def look(self) -> bool:
        """Copy what grew, wherever it is. Says whether more is waiting than one look may copy."""
        self.renew()
        found = self.sources.present()
        if len(self.seen) > MOST_SEEN:  # names that come and go fill no memory
            self.seen = {source: seen for source, seen in self.seen.items() if source in found}
        return self.keep_up(self.changed(found))

    def glance(self) -> bool:
        """Copy what grew of the newest session and the one that comes next, and of what has grown lately."""
        self.renew()
        since = clock.monotonic() - LIVELY_SECONDS
        lively = [source for source, seen in self.seen.items() if seen.at > since]
        return self.keep_up(self.changed(self.sources.likely(lively)))

    def renew(self) -> None:
        """With a new share, look again at what the last one had no room for."""
        share = budgets.spent(self.paths).share
        if share != self.share:
            self.share = share
            for source in self.refused:
                self.seen.pop(source, None)
            self.refused.clear()

    def changed(self, found: Found) -> list[Source]:
        """Return the sources that are not as they were when they were copied."""
        return [
            source
            for source, status in found.items()
            if source not in self.seen or self.seen[source].signature != workspaces.signature(status)
        ]

    def keep_up(self, grown: list[Source]) -> bool:
        """Copy what grew, alone. Says whether more is waiting."""
        if not grown or self.full == self.share:
            return False
        with locks.held(
            self.paths.lock(WRITING), what=f"the sessions of {self.paths.root.name}", wait_seconds=60
        ):
            files.make_folder(self.paths.sessions)
            spent = budgets.spent(self.paths)  # another process may have copied, too
            had = budgets.room(self.paths, spent)
            room = replace(had)
            first = sorted(grown, key=lambda source: source.rank(spent.session))
            waiting = [source for source in first if not self.copy(source, room)]
            budgets.keep(self.paths, spent, had, room)
        if waiting and not (room.run and room.files):
            self.tell_full(spent)
        if waiting and not had.look:
            self.tell(f"the disk has less than {budgets.SPARE_BYTES >> 30} GiB free: its sessions wait")
        self.full = "-" if room.run else spent.share
        return bool(waiting) and had.look > 0 and room.run > 0 and not room.look

    def copy(self, source: Source, room: CopyBudget) -> bool:
        """Copy one source, as far as there is room. Says whether nothing of it waits."""
        known = self.seen.get(source)
        root, place = self.sources.root(source), os.fsdecode(source.place)
        try:
            done = copies.keep_up(root, place, self.of(source), room, known.inode if known else None)
        except OSError as error:  # not there any more, not ours to read, no file
            return self.failed(source, error)
        if done.refused:
            self.refused.add(source)
        if done.whole or done.refused:
            at = clock.monotonic() if done.whole else 0.0
            self.seen[source] = CopiedSource(done.signature, done.inode, at)
        return done.whole

    def failed(self, source: Source, error: OSError) -> bool:
        """Leave a source alone until it changes, unless it was our own disk that failed. Says that nothing waits."""
        status = self.sources.status(source)
        if error.errno not in OURS and status is not None:
            self.seen[source] = CopiedSource(workspaces.signature(status), status.st_ino, 0.0)
        if error.errno != errno.ENOENT:
            self.tell(f"{os.fsdecode(source.place)!r} cannot be copied: {error.strerror}")
        return True

    def of(self, source: Source) -> Path:
        """Return where the copy of a source is."""
        place = os.fsdecode(source.place)
        if source.home:
            return self.paths.sessions / places.HOME / place
        session, name = place.split("/")
        return self.paths.sessions / session / places.COPIED[name]

    def tell_full(self, spent: Spent) -> None:
        """Say once in a share that no more of it is copied."""
        note = self.paths.sessions / places.FULL
        text = (
            f"no more of its sessions is copied for now: in {spent.month} {spent.session or 'it'} has had"
            f" {budgets.SHARE_FILES:,} new files or {budgets.SHARE_BYTES >> 30} GiB;"
            " with its next session, or in the next month, it goes on"
        )
        if text.encode() not in {line for _, line in files.lines_after(note, 0)}:
            files.append_line(note, text.encode())
            self.tell(text)

    def tell(self, text: str) -> None:
        """Write a line of the harness's log, the same one only once."""
        if text not in self.told and len(self.told) < MOST_SEEN:
            self.told.add(text)
            click.echo(f"{times.text(clock.now())} collector: {text}", err=True)
