"""What is known of a log besides the log itself: that it came to certain places, and that its files fitted together."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from nab.core.log.events import Link
from nab.core.log.segments import Segment
from nab.edges.files import files
from nab.edges.log import checkpoints, glances, heads
from nab.edges.log.checkpoints import Header
from nab.edges.log.grips import Grip
from nab.edges.log.log_files import Read, present, whole
from nab.edges.log.tails import Tail


class Witness:
    """What one process knows of a log: its noted head, its checkpoint, and what it saw of it itself."""

    def __init__(self, folder: Path, checkpoint: Path | None) -> None:
        self.folder, self.checkpoint = folder, checkpoint
        self._holds_checkpoint = False  # the log was seen to hold the place up to which it was made
        self._changed = -1  # when the folder changed last before we looked at all of it
        self._segments: list[Segment] = []  # as they were then
        self._names: list[str] = []  # all that was in the folder
        self._joined: dict[Segment, int] | None = (
            None  # the older segments, as they were when they fitted together
        )

    def known(self) -> list[Link]:
        """Return the places that the log came to, as far as it was not seen that it did. Ask before the log is read."""
        noted = heads.noted(self.folder)
        kept = self._kept() if noted is None or not self._holds_checkpoint else None
        return [place for place in (noted, kept and kept.head) if place]

    def confirm(self, read: Read, known: list[Link]) -> Read:
        """Return what was read. Raises NabError when that is damaged, or does not go through those places."""
        whole(self.folder, read, known)
        self._holds_checkpoint = True
        return read

    def tail(self, grip: Grip) -> Tail | None:
        """Open the newest segment at its end, if the log simply goes on there; None if more has to be looked at.

        Only what may have changed since the last look is looked at: the newest segment, the one before it, and the
        names of all where the folder has changed.
        """
        noted = heads.noted(self.folder)
        if noted is None or not (self._is_as_seen(grip) or self.glance()) or not self._segments:
            return None
        try:
            tail = grip.tail(self._segments[-1])
            return tail if tail.goes_on_from(noted) else None
        except FileNotFoundError:
            return None

    def _is_as_seen(self, grip: Grip) -> bool:
        if grip.changed != self._changed or not self._joined_all(self._segments[-2:-1]):
            return False
        return grip.is_settled() or names_in(self.folder) == self._names

    def _joined_all(self, segments: Sequence[Segment]) -> bool:
        joined = self._joined or {}
        return all(joined.get(one) == files.size(self.folder / one.name) for one in segments)

    def glance(self) -> Link | None:
        """Return where the chain stands, if the ends of the files say enough; None if all of it has to be read."""
        is_there = self.folder.is_dir()
        changed = self.folder.stat().st_mtime_ns if is_there else -1
        self._names = names_in(self.folder) if is_there else []
        head = self._glance()
        self._changed = changed if head is not None else -1
        return head

    def _glance(self) -> Link | None:
        noted, segments = heads.noted(self.folder), present(self.folder)
        self._segments = segments
        older = {segment: files.size(self.folder / segment.name) for segment in segments[:-1]}
        if older != self._joined:
            if not glances.joined(self.folder, segments):
                return None
            self._joined = older
        head = glances.head(self.folder, segments)
        if noted not in {None, head} and not (noted and glances.goes_on_from(self.folder, segments, noted)):
            return None
        if noted is None or not self._holds_checkpoint:
            self._holds_checkpoint = glances.holds(self.folder, self._kept())
        return head if self._holds_checkpoint else None

    def accept(self, lost: Link) -> None:
        """Forget what the log came to. Whoever dies here leaves the loss to be found."""
        heads.note(self.folder, lost)
        if self.checkpoint:
            self.checkpoint.unlink(missing_ok=True)

    def _kept(self) -> Header | None:
        return checkpoints.header(self.checkpoint) if self.checkpoint else None


def names_in(folder: Path) -> list[str]:
    """List the names in a folder, in the order in which the file system keeps them."""
    return os.listdir(folder)  # noqa: PTH208 - a path for each would cost more than the look
