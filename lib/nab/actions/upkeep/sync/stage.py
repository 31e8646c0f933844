"""What goes into the next commits of the mirror; what stays here is listed, and a secret is an alarm."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nab.core.errors import NabError
from nab.core.facts import SyncWithheld
from nab.core.text import times
from nab.core.upkeep.secrets.scanner import Finding
from nab.core.upkeep.secrets.verdicts import Judge, Verdict
from nab.core.upkeep.sync import manifest, pieces, queue
from nab.core.upkeep.sync.mirror_index import LeftOutRow, MirrorIndex, blob_id
from nab.core.upkeep.sync.pieces import Aside
from nab.core.upkeep.sync.selection import is_core
from nab.edges import clock
from nab.edges.git import mirror, repository
from nab.edges.log.event_log import EventLog

COMMIT_BYTES = 16 << 20
COMMIT_SECONDS = 60.0
FOR_CORE, FOR_OTHERS = 0.2, 0.3  # of the room: the last of it, and what no run has once it had its share
REFUSED, NO_ROOM = "refused by the remote", "no room"
PLAIN = b"100644"
MOST_ALARMS = 100  # of a kind, of one piece; every one of them is listed


@dataclass
class Stage:
    """The changes of one commit, in memory. `known` runs ahead of the mirror until they are committed.

    `until` (monotonic) is when no more is taken up; with `dry` nothing is written anywhere.
    """

    mirror: Path
    log: EventLog
    judge: Judge
    known: MirrorIndex
    until: float
    total_bytes: int
    left_bytes: int
    refused: frozenset[bytes] = frozenset()
    asides: Mapping[str, Aside] = field(default_factory=dict)  # pieces that do not go for now
    dry: bool = False
    runs: int = 1
    piece: str = pieces.LOG  # that all changes are of
    news: bool = False  # something was listed since the last commit
    changes: dict[bytes, tuple[bytes, bytes] | None] = field(default_factory=dict)
    alarms: dict[tuple[str, str], SyncWithheld] = field(default_factory=dict)
    told: list[SyncWithheld] = field(default_factory=list)  # all of this tick
    troubles: list[NabError] = field(default_factory=list)
    size: int = 0
    files: int = 0
    taken: int = 0
    commits: int = 0
    unfinished: bool = False

    def is_over(self) -> bool:
        """Say whether the time is up; what is left is taken up by the next tick."""
        over = clock.monotonic() > self.until
        self.unfinished = self.unfinished or over
        return over

    def begin(self, piece: str, until: float) -> None:
        """Take another piece from now on, until then (monotonic)."""
        self.piece, self.until, self.unfinished = piece, until, False

    def has_room(self, path: bytes, size: int) -> bool:
        """Say whether the mirror may grow by a file. The event log always may."""
        if path.startswith(b"events/"):
            return True
        spared = 0.0 if is_core(path) else FOR_CORE + FOR_OTHERS * self.has_had_its_share()
        return size <= self.left_bytes - spared * self.total_bytes

    def has_had_its_share(self) -> bool:
        """Say whether the piece is a run of which more is there than its equal share of the room."""
        share = (1 - FOR_CORE) * self.total_bytes / max(1, self.runs)
        return pieces.is_run(self.piece) and self.known.taken.get(self.piece, 0) > share

    def put(
        self, path: bytes, content: bytes, mode: bytes = PLAIN, *, judged: bool = False
    ) -> Verdict | None:
        """Put a file into the commit, or list it as left out. Returns why it is.

        `judged`: its content was looked at before.
        """
        if verdict := self.why_not(path, content, judged=judged):
            self.leave(path, len(content), verdict)
            return verdict
        self.known.rows.pop(path, None)
        self.changes[path] = (mode, content)
        self.size, self.left_bytes = self.size + len(content), self.left_bytes - len(content)
        self.files, self.taken = self.files + 1, self.taken + len(content)
        self.known.taken[self.piece] = self.known.taken.get(self.piece, 0) + len(content)
        return None

    def why_not(self, path: bytes, content: bytes, *, judged: bool) -> Verdict | None:
        """Say why a file stays here."""
        if path in self.refused:
            return Verdict(REFUSED)
        if not self.has_room(path, len(content)):
            return Verdict(NO_ROOM)
        return None if judged else self.judge.look(path, content)

    def leave(self, path: bytes, size: int, verdict: Verdict, *, of: bytes = b"") -> None:
        """List a file, or a part `of` one, as left out; what stood at the remote under its name goes."""
        self.changes[path] = None
        self.note(path, size, verdict, of=of)

    def note(self, path: bytes, size: int, verdict: Verdict, *, of: bytes = b"") -> None:
        """List something as left out. A path that ends in / is the rest of a file."""
        shown, finding = self.judge.clean(path), verdict.finding
        news = self.known.leave(shown, LeftOutRow(verdict.words, size, finding.mark if finding else ""))
        self.news = True
        if finding and news:
            self.alarm(of or path, finding, size)

    def alarm(self, path: bytes, finding: Finding, size: int) -> None:
        """Have the log told of a finding, once for each file and kind, and of so many of a kind in a piece."""
        said = self.judge.clean(path).decode("utf-8", "backslashreplace")
        kind = f"{self.piece} {finding.what}"
        told = self.known.alarms.get(kind, 0)
        if told < MOST_ALARMS and (said, finding.what) not in self.alarms:
            self.known.alarms[kind] = told + 1
            alarm = SyncWithheld(path=said, what=finding.what, bytes=size, mark=finding.mark)
            self.alarms[said, finding.what] = alarm

    def drop(self, path: bytes) -> None:
        """Take a file out of the tree and off the list."""
        self.changes[path] = None
        self.known.rows.pop(self.judge.clean(path), None)

    def drop_folder(self, path: bytes) -> None:
        """Take a folder with all that is in it out of the tree and off the list."""
        below = path + b"/"
        self.changes = {other: kept for other, kept in self.changes.items() if not other.startswith(below)}
        self.changes[path] = None
        self.known.forget_below(path)

    def flush_if_full(self) -> None:
        if self.size >= COMMIT_BYTES:
            self.flush()

    def flush(self) -> None:
        """Commit what has come together, after what is withheld is told in the log."""
        self.put_list()
        for alarm in self.alarms.values():
            if not self.dry:
                self.log.append(alarm, id=f"sync.withheld:{alarm.path}:{alarm.what}")
        self.told, self.alarms = [*self.told, *self.alarms.values()], {}
        if self.changes and not self.dry:
            self.commits += self.commit()
        self.changes, self.size, self.news = {}, 0, False

    def put_list(self) -> None:
        """Put the list of what is left out of the piece into the commit, if it changed."""
        if self.piece != pieces.NOTE and not (pieces.is_run(self.piece) and (self.news or self.changes)):
            return
        find = self.judge.scanner.find
        listed = manifest.written(self.known, self.piece, self.asides, lambda text: not find(text))
        blob, path = blob_id(listed), pieces.list_of(self.piece)
        if not listed and self.piece != pieces.NOTE:
            if self.known.lists.pop(self.piece, ""):
                self.changes[path] = None
        elif self.known.lists.get(self.piece) != blob:
            self.changes[path] = (PLAIN, listed)
            self.known.lists[self.piece] = blob

    def abandon(self, there: MirrorIndex) -> None:
        """Drop what is not committed yet of the piece; `there` was read from the mirror."""
        self.changes, self.alarms, self.size, self.news = {}, {}, 0, False
        self.known.restore(self.piece, there)

    def commit(self) -> bool:
        """Make the commit. Raises NabError, with the mirror as it was."""
        now, parent = clock.now(), mirror.head(self.mirror)
        put = {path: change for path, change in self.changes.items() if change}
        said = queue.message(times.text(now), len(put), self.size, self.known.events.seq, self.piece)
        with tempfile.TemporaryFile(dir=self.mirror) as stream:
            repository.begin(stream, parent, said, int(now.timestamp()))
            for path in self.changes.keys() - put.keys():
                repository.drop(stream, path)
            for path, (mode, content) in put.items():
                repository.put(stream, path, mode, content)
            made = mirror.commit(self.mirror, stream, COMMIT_SECONDS)
        self.known.tree = mirror.tree(self.mirror, mirror.head(self.mirror))
        return made
