"""Take what a growing file has gained into the mirror, in parts; of a part with a secret as little stays as can be."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from nab.actions.upkeep.sync import sealed_log
from nab.actions.upkeep.sync.sources import StateFile
from nab.actions.upkeep.sync.stage import NO_ROOM, Stage
from nab.core.log.events import Link
from nab.core.recording import segments
from nab.core.upkeep.secrets.verdicts import Verdict
from nab.core.upkeep.sync import parts
from nab.core.upkeep.sync.mirror_index import UNKNOWN, Held, blob_id
from nab.core.upkeep.sync.parts import Part
from nab.edges import clock
from nab.edges.untrusted import tails, workspaces

REST_SECONDS = 600  # an unfinished line that is so old is taken for finished
RECORD = "longer than max_record_mib"


@dataclass
class Growing:
    """One open file, and how far it is in the mirror."""

    stage: Stage
    one: StateFile
    held: Held
    file: int
    record_bytes: int

    def take(self, size: int, log: Path | None = None) -> None:
        """Take what it has gained up to a size, and of the event `log` only what its chain vouches for."""
        more = True
        while more and not self.stage.is_over():
            content = self.read(self.held.start, min(size, self.held.start + parts.WINDOW_BYTES))
            if size < self.held.end or not continues(self.held, content):
                self.stage.drop_folder(
                    self.one.path
                )  # another file has its name now; the history has the old one
                self.held.start, self.held.end, self.held.blob = 0, 0, ""
                continue
            more = self.held.start + len(content) < size
            goes, head = parts.may_go(content, more=more, at_rest=self.rests(log) and not more), None
            if log:
                goes, head = self.checked(content[:goes], log)
            gains = self.held.start + goes > self.held.end
            more = gains and self.put(parts.cut(content[:goes], self.held.start)) and more
            self.stage.known.events = head or self.stage.known.events
        self.remember()

    def read(self, start: int, end: int) -> bytes:
        return b"".join(tails.between(self.file, max(0, start), end))

    def rests(self, log: Path | None) -> bool:
        """Say whether nobody has written to it for a while; of the log an unfinished line never goes."""
        return log is None and clock.now().timestamp() - self.one.seen.st_mtime > REST_SECONDS

    def checked(self, content: bytes, log: Path) -> tuple[int, Link]:
        """Return how many bytes of a segment of the log may go, and where its chain stands then."""
        old = self.held.end - self.held.start
        head, good, trouble = sealed_log.follow(log, self.stage.known.events, content[old:])
        self.stage.troubles += [trouble] if trouble else []
        return old + good, head

    def put(self, cut: list[Part]) -> bool:
        """Take parts as far as there is room. Says whether there is for what follows."""
        rest = self.one.path + b"/"
        for part in cut:
            bounded = (
                not self.one.path.startswith(b"events/") and self.begins() + part.end > self.record_bytes
            )
            if bounded or not self.stage.has_room(self.one.path, len(part.content)):
                why = Verdict(RECORD if bounded else NO_ROOM)
                self.stage.note(rest, os.fstat(self.file).st_size - self.held.end, why)
                return False
            if (part.start, blob_id(part.content)) != (self.held.start, self.held.blob):
                for piece, verdict in self.judged(part):
                    self.put_piece(piece, verdict)
            self.stage.flush_if_full()
        self.stage.known.rows.pop(rest, None)
        return True

    def begins(self) -> int:
        """Return where in its record this file begins. What agents name looks like a segment at most."""
        folder, _, name = os.fsdecode(self.one.path).rpartition("/")
        return 0 if "/sessions" in folder else segments.of(name)[1]

    def put_piece(self, piece: Part, verdict: Verdict | None) -> None:
        """Put a piece into the stage, or list it; then what follows is a part of its own."""
        name = parts.name(self.one.path, piece.start)
        if verdict:
            self.stage.leave(name, len(piece.content), verdict, of=self.one.path)
        elif not self.stage.put(name, piece.content, judged=True):
            self.held.start, self.held.end, self.held.blob = piece.start, piece.end, blob_id(piece.content)
            return
        self.held.start, self.held.end, self.held.blob = piece.end, piece.end, ""

    def judged(self, part: Part) -> list[tuple[Part, Verdict | None]]:
        """Judge a part; one with a secret is halved, at line ends, until little stays beside it."""
        verdict = self.look(part)
        halves = self.seam(part) or parts.halves(part) if verdict and verdict.finding else None
        if halves is None:
            return [(part, verdict)]
        apart = [*self.judged(halves[0]), *self.judged(halves[1])]
        return [
            self.judged_again(piece, why) if (piece, why) not in apart else (piece, why)
            for piece, why in joined(apart)
        ]

    def judged_again(self, piece: Part, verdict: Verdict | None) -> tuple[Part, Verdict | None]:
        """Judge what was joined: pieces that are harmless each may be an archive together."""
        return piece, verdict or self.look(piece)

    def seam(self, part: Part) -> tuple[Part, Part] | None:
        """Part what is at the remote already from what the file has gained since."""
        if not self.held.blob or not part.start == self.held.start < self.held.end < part.end:
            return None
        return parts.cut_at(part, self.held.end - part.start)

    def look(self, part: Part) -> Verdict | None:
        """Judge a part with what stands on either side of it: a secret may go over its border."""
        judge, content = self.stage.judge, part.content
        before = self.read(part.start - parts.AROUND, part.start)
        after = self.read(part.end, part.end + parts.AROUND)
        return (
            judge.look(self.one.path, content)
            or judge.over_border(before, content[: parts.AROUND])
            or judge.over_border(content[-parts.AROUND :], after)
        )

    def remember(self) -> None:
        """Remember the file as it is once nothing more of it can be taken; else it is looked at again."""
        seen, rest = os.fstat(self.file), self.stage.known.rows.get(self.one.path + b"/")
        done = rest.reason == RECORD if rest else self.held.end == seen.st_size
        self.held.signature = workspaces.settled(seen, clock.now().timestamp()) if done else UNKNOWN


def continues(held: Held, content: bytes) -> bool:
    """Say whether a file still begins, from its last part on, as it did."""
    return not held.blob or blob_id(content[: held.end - held.start]) == held.blob


def joined(pieces: list[tuple[Part, Verdict | None]]) -> list[tuple[Part, Verdict | None]]:
    """Join neighbours that both go, or that both stay for the same reason."""
    together: list[tuple[Part, Verdict | None]] = []
    for piece, verdict in pieces:
        if together and together[-1][1] == verdict:
            before = together.pop()[0]
            piece = Part(before.start, before.content + piece.content)  # noqa: PLW2901
        together.append((piece, verdict))
    return together
