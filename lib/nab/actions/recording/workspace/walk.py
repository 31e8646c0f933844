"""Read what changed in a workspace into the stream of one commit, as far as time and room allow."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import IO

from nab.core.errors import FAILED, NabError
from nab.core.recording.workspace.exclusions import (
    MIB,
    NO_RULES,
    VENV_MARK,
    LeftOut,
    Rules,
    is_virtual_environment,
    why_folder,
    why_place,
)
from nab.core.recording.workspace.index import FOLDER, ROOT, UNKNOWN, WorkspaceIndex
from nab.core.recording.workspace.paths import committed
from nab.edges import clock
from nab.edges.git import repository
from nab.edges.untrusted import file_contents, workspaces
from nab.edges.untrusted.file_contents import Content
from nab.edges.untrusted.workspaces import Listing, join
from nab.paths import AgentFolder

BATCH_BYTES, BATCH_FILES = 64 * MIB, 20_000  # then it is committed, so that a look that is cut short got on
MOST_FILES, MOST_IN_FOLDER = 250_000, 50_000
PACED_BYTES, SECONDS_A_MIB = MIB, 60.0  # where a history is paced: a file of 10 MiB is kept every ten minutes
COUNTED_SECONDS = 600  # for so long a folder that is left out is not counted again, unless it changed itself
BEYOND = b""  # in the place of a name: the rest of a folder that has too many entries


@dataclass
class Gathering:
    """One batch. `known` runs ahead of the history until the batch is committed."""

    root: AgentFolder
    known: WorkspaceIndex
    room: file_contents.HistoryBudget
    stream: IO[bytes]
    until: float
    rules: Rules = NO_RULES
    files: int = 0
    changes: int = 0
    taken: int = 0
    now: float = 0.0

    def take(self) -> bool:
        """Look into pending folders until none is left, the batch is full or the time is up; says if none is."""
        self.now, self.files = clock.now().timestamp(), self.known.files()
        while self.known.pending and not self.is_over():
            folder = self.known.pending.pop()
            try:
                self.visit(folder)
            except OSError as error:
                self.cannot_list(folder, error)
        return not self.known.pending

    def is_over(self) -> bool:
        return self.taken >= BATCH_BYTES or self.changes >= BATCH_FILES or clock.monotonic() > self.until

    def visit(self, folder: bytes) -> None:
        """Compare a folder with what is known of it. Raises OSError when it cannot be listed."""
        known = self.known.folders.get(folder, workspaces.NOTHING)
        listed = workspaces.listing(self.root, folder, known, MOST_IN_FOLDER)
        self.leave_alone(folder, listed)
        if why := self.why_folder(folder, listed):
            return self.leave_folder(folder, why, listed.itself)
        self.files += len(listed.same) + len(listed.others) - len(known)
        self.forget_gone(folder, listed)
        inside = self.folders_in(folder, listed)
        for name, seen in listed.others.items():
            if stat.S_ISDIR(seen.st_mode):
                continue
            if self.is_over():
                return self.known.pending.append(folder)
            self.compare(folder, name, seen)
        self.known.pending += inside
        return self.note_beyond(folder, listed)

    def leave_alone(self, folder: bytes, listed: Listing) -> None:
        """Take out of what was listed what is no part of this history."""
        for name in [name for name in listed.others if self.rules.skips(join(folder, name))]:
            del listed.others[name]

    def why_folder(self, folder: bytes, listed: Listing) -> str:
        """Say why a folder that was listed is left out; the workspace itself never is."""
        if folder == ROOT:
            return ""
        if folder not in self.known.folders and self.files > MOST_FILES:
            return "too many"
        marked = listed.has(VENV_MARK) and is_virtual_environment(listed.same | listed.others.keys())
        return "virtual environment" if marked else ""

    def forget_gone(self, folder: bytes, listed: Listing) -> None:
        """Drop what is no longer there."""
        for name in {*self.known.of(folder), *self.known.left_out.get(folder, ())} - listed.same:
            if name not in listed.others and name != BEYOND:
                self.drop(folder, name)

    def folders_in(self, folder: bytes, listed: Listing) -> list[bytes]:
        """Return the folders that are to be looked into; the others are listed as left out."""
        inside = []
        for name, seen in listed.others.items():
            if not stat.S_ISDIR(seen.st_mode):
                continue
            if self.known.of(folder).get(name, FOLDER) != FOLDER:
                self.drop(folder, name)  # it was a file
            path = join(folder, name)
            if why := why_folder(path) or self.rules.why_folder(path):
                self.leave_folder(path, why, seen)
            else:
                self.known.of(folder)[name] = FOLDER
                inside.append(path)
        return inside

    def content(self, folder: bytes, name: bytes, seen: os.stat_result) -> Content | None:
        """Read an entry, unless its place tells that it is left out; None when it changed meanwhile."""
        path = join(folder, name)
        if why := why_place(path) or self.rules.why_file(path):
            return Content(why=why)
        read = file_contents.read(self.root, folder, name, seen, self.room)
        why = self.rules.why_content(read.body) if read and not read.why else ""
        return Content(why=why) if why else read

    def compare(self, folder: bytes, name: bytes, seen: os.stat_result) -> None:
        """Put an entry that is new or changed into the commit, or list it as left out."""
        if self.waits(join(folder, name), seen):
            return None
        content = self.content(folder, name, seen)
        if content is None:
            return None
        signature = workspaces.settled(seen, self.now)
        old = self.known.left(folder, name)
        if self.known.of(folder).get(name) == FOLDER or (content.why and not old):
            self.drop(folder, name)
        self.known.of(folder)[name] = UNKNOWN if content.why == file_contents.NO_ROOM else signature
        if content.why:
            if content.why in self.rules.unmeasured:
                return self.known.leave(folder, name, LeftOut(content.why, None, None, signature))
            digest = old.sha256 if old and old.signature == signature != UNKNOWN else None
            row = LeftOut(content.why, seen.st_size, seen.st_mtime_ns, signature, digest)
            return self.known.leave(folder, name, row)
        self.known.keep(folder, name)
        repository.put(self.stream, committed(join(folder, name)), content.mode, content.body)
        self.note(len(content.body))
        self.known.note_kept(join(folder, name), self.now if len(content.body) > PACED_BYTES else None)
        return None

    def waits(self, path: bytes, seen: os.stat_result) -> bool:
        """Say whether a large file that changes all the time was kept so lately that it waits for a later look."""
        kept = self.known.kept_at.get(path) if self.rules.paced else None
        return kept is not None and 0 <= self.now - kept < SECONDS_A_MIB * seen.st_size / MIB

    def note(self, size: int) -> None:
        """Count what came into the batch."""
        self.changes, self.taken, self.room.left_bytes = (
            self.changes + 1, self.taken + size, self.room.left_bytes - size,
        )  # fmt: skip

    def drop(self, folder: bytes, name: bytes) -> None:
        """Take an entry, and what is below it, out of the history and out of what is known."""
        path = join(folder, name)
        file = self.known.of(folder).get(name, FOLDER) != FOLDER and not self.known.left(folder, name)
        if file or self.known.folders.get(path):
            repository.drop(self.stream, committed(path))
            self.note(0)
        self.known.forget(folder, name)

    def leave_folder(self, path: bytes, why: str, itself: os.stat_result) -> None:
        """List a folder as left out, with a count of what is in it."""
        parent, name = split(path)
        row = self.known.left(parent, name)
        if not row or row.reason != why:
            self.drop(parent, name)
            row = None
        self.known.of(parent)[name] = FOLDER
        signature = workspaces.signature(itself)
        if row and row.signature == signature and self.now - row.counted_at < COUNTED_SECONDS:
            return
        files, size = workspaces.count(self.root, path, self.until)
        row = LeftOut(why, size, itself.st_mtime_ns, signature, files=files, counted_at=self.now)
        self.known.leave(parent, name, row)

    def note_beyond(self, folder: bytes, listed: Listing) -> None:
        """List the rest of a folder that has too many entries."""
        if folder != ROOT and self.known.left(*split(folder)):
            self.known.keep(*split(folder))  # it was left out as a whole
        if listed.beyond:
            row = LeftOut("too many", None, listed.itself.st_mtime_ns, files=listed.beyond)
            self.known.leave(folder, BEYOND, row)
        elif self.known.left(folder, BEYOND):
            self.known.keep(folder, BEYOND)

    def cannot_list(self, folder: bytes, error: OSError) -> None:
        """List a folder that we may not read. Raises NabError when it is the workspace."""
        if folder == ROOT:
            said = f"{self.root} cannot be read: {error.strerror}"
            raise NabError(said, exit_code=FAILED) from None
        if error.errno in file_contents.PASSING:
            return
        parent, name = split(folder)
        self.drop(parent, name)
        self.known.of(parent)[name] = FOLDER
        self.known.leave(parent, name, LeftOut("unreadable", None, 0))


def split(path: bytes) -> tuple[bytes, bytes]:
    """Return the folder and the name of a path."""
    folder, _, name = path.rpartition(b"/")
    return folder, name
