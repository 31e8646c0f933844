"""One look at an agent's folder: what changed since the last one is committed, in pieces, within a limit of time."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

from nab.actions.recording.workspace.walk import Gathering, split
from nab.core.recording.workspace.elsewhere import CREDENTIALS
from nab.core.recording.workspace.exclusions import KINDS, MIB, NO_RULES, Rules, manifest
from nab.core.recording.workspace.index import ROOT, UNKNOWN, WorkspaceIndex, from_paths
from nab.core.recording.workspace.paths import MANIFEST, VERSION, in_workspace, outdated
from nab.core.text import times
from nab.edges import clock
from nab.edges.files import files
from nab.edges.git import repository
from nab.edges.untrusted import workspaces
from nab.edges.untrusted.file_contents import HistoryBudget
from nab.paths import AgentFolder

READING_SECONDS, LOOK_SECONDS = 25.0, 45.0  # nothing is read after the one, git is killed at the other
HASHED_BYTES = 256 * MIB  # of what is left out, in one look
NEVER_HASHED_BYTES = 32 << 30
UNHASHED = {*KINDS.values(), "unreadable", CREDENTIALS}
UNREADABLE = ""  # in the place of a digest


@dataclass
class Snapshots:
    """The history of one folder, from look to look: of the workspace, unless `name` and `rules` say otherwise."""

    workspace: AgentFolder
    history: Path
    file_bytes: int
    history_bytes: int
    name: str = "workspace"
    rules: Rules = NO_RULES
    known: WorkspaceIndex | None = None
    hashing: workspaces.Hashing | None = None
    began: float = 0.0
    outdated: list[bytes] = field(default_factory=list)  # paths that older rules chose, to be taken out

    @property
    def branch(self) -> str:
        return f"refs/heads/{self.name}"

    def look(self) -> bool:
        """Commit what changed. Returns whether anything had. Raises NabError or OSError; the next look goes on."""
        self.began = clock.monotonic()
        repository.make(self.history, self.branch)
        known = self.current()
        self.known = None  # until it is known that all went well
        resumed, changed = bool(known.pending), False
        known.pending = known.pending or [ROOT]
        while True:
            whole, committed = self.batch(known)
            changed = changed or committed
            if self.is_late() or (whole and not resumed):
                break
            if whole:  # what was left over from an earlier look is done: now all of it, from the start
                resumed, known.pending = False, [ROOT]
        self.known = known
        repository.tidy(self.history, self.seconds_left())
        return changed

    def is_late(self) -> bool:
        return clock.monotonic() - self.began > READING_SECONDS

    def seconds_left(self) -> float:
        return self.began + LOOK_SECONDS - clock.monotonic()

    def current(self) -> WorkspaceIndex:
        """Return what the history holds: remembered, stored beside it, or from its newest commit alone."""
        head = repository.head(self.history, self.branch)
        for known in (self.known, self.stored()):
            if known and (known.head, known.rules) == (head, VERSION):
                return known
        committed = repository.tracked(self.history) if head else []
        self.outdated = outdated(committed)
        return from_paths(head, [path for path in map(in_workspace, committed) if path is not None])

    def stored(self) -> WorkspaceIndex | None:
        try:
            return msgspec.msgpack.decode((self.history / "nab-known").read_bytes(), type=WorkspaceIndex)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def batch(self, known: WorkspaceIndex) -> tuple[bool, bool]:
        """Read and commit one batch. Returns whether all was looked at, and whether anything was committed."""
        with tempfile.TemporaryFile(dir=self.history) as stream:
            now = clock.now()
            repository.begin(stream, known.head, f"{self.name} at {times.text(now)}", int(now.timestamp()))
            room = HistoryBudget(
                self.file_bytes, self.history_bytes, self.history_bytes - repository.size(self.history)
            )
            until = self.began + READING_SECONDS
            for path in self.outdated:
                repository.drop(stream, path)
            gathering = Gathering(self.workspace, known, room, stream, until, self.rules)
            whole = gathering.take()
            hashed = self.hash_some(known) if whole else 0
            committed = self.commit(known, stream, gathering.changes + len(self.outdated))
            self.outdated = []
        if gathering.changes or hashed or committed or not whole:
            files.replace_bytes(self.history / "nab-known", msgspec.msgpack.encode(known))
        return whole, committed

    def commit(self, known: WorkspaceIndex, stream: IO[bytes], changes: int) -> bool:
        """Commit a batch together with the list of what is left out, if there is anything to commit."""
        lines = manifest(known.rows())
        digest = hashlib.sha256(lines).hexdigest()
        if digest != known.manifest:
            repository.put(stream, MANIFEST, b"100644", lines)
        elif not changes:
            return False
        committed = repository.record(self.history, stream, self.seconds_left(), self.branch)
        known.head, known.manifest = repository.head(self.history, self.branch), digest
        return committed

    def hash_some(self, known: WorkspaceIndex) -> int:
        """Go on hashing what is left out, the smallest first, within the bytes and the time of one look."""
        read = 0
        while read < HASHED_BYTES and not self.is_late():
            self.hashing = self.hashing or next_to_hash(known)
            if self.hashing is None:
                break
            try:
                more, digest = self.hashing.go_on(
                    self.workspace, HASHED_BYTES - read, self.began + READING_SECONDS
                )
            except OSError:
                more, digest = 0, UNREADABLE
            read += more
            if digest is not None:
                note_digest(known, self.hashing, digest)
                self.hashing = None
        return read


def note_digest(known: WorkspaceIndex, hashing: workspaces.Hashing, digest: str) -> None:
    """Write a digest into the row that it is of; what could not be read to its end waits until it changes."""
    folder, name = split(hashing.path)
    row = known.left(folder, name)
    if row and row.signature == hashing.signature:
        done = {"sha256": digest} if digest else {"signature": UNKNOWN}
        known.leave(folder, name, msgspec.structs.replace(row, **done))


def next_to_hash(known: WorkspaceIndex) -> workspaces.Hashing | None:
    """Choose the smallest file that is left out, rests and has no digest yet."""
    waiting = [
        (row.size, path, row.signature)
        for path, row in known.rows()
        if row.sha256 is None
        and row.files is None
        and row.signature != UNKNOWN
        and row.reason not in UNHASHED
        and row.size is not None
        and row.size <= NEVER_HASHED_BYTES
    ]
    return workspaces.Hashing(*min(waiting)[1:]) if waiting else None
