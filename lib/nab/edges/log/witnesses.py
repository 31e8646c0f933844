"""What is known of a log besides the log itself: that it came to certain places, and that its files fitted together."""

from __future__ import annotations

from pathlib import Path

from nab.core.log.events import Link
from nab.core.log.segments import Segment
from nab.edges.files import files
from nab.edges.log import checkpoints, glances, heads
from nab.edges.log.checkpoints import Header
from nab.edges.log.log_files import Read, present, whole


class Witness:
    """What one process knows of a log: its noted head, its checkpoint, and what it saw of it itself."""

    def __init__(self, folder: Path, checkpoint: Path | None) -> None:
        self.folder, self.checkpoint = folder, checkpoint
        self._holds_checkpoint = False  # the log was seen to hold the place up to which it was made
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

    def glance(self) -> Link | None:
        """Return where the chain stands, if the ends of the files say enough; None if all of it has to be read."""
        noted, segments = heads.noted(self.folder), present(self.folder)
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
