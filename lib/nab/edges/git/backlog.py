"""What waits in the mirror to be pushed: in which order, and without what was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from nab.core.upkeep.sync import pieces, queue
from nab.core.upkeep.sync.queue import Waiting
from nab.edges.git import mirror

PROBE = Waiting("", 0, 0, "", "to see whether the remote takes anything")


@dataclass(frozen=True)
class Backlog:
    """The commits of a mirror that a remote does not have. `noted` is the name of the newest one that it has."""

    mirror: Path
    noted: str

    @property
    def tip(self) -> str:
        """The newest commit that the remote is known to have; empty for none."""
        return mirror.noted(self.mirror, self.noted)

    def note(self, commit: str) -> None:
        """Remember that the remote has this commit."""
        mirror.note(self.mirror, self.noted, commit)

    def all(self) -> list[Waiting]:
        """Return what waits, oldest first."""
        return mirror.queue(self.mirror, self.tip)

    def of(self, piece: str) -> list[Waiting]:
        """Return what waits of a piece and can go before all else; it is brought forward for that."""
        waiting = self.all()
        first = list(takewhile(lambda one: one.piece == piece, waiting))
        behind = [one for one in waiting[len(first) :] if one.piece == piece]
        return first or ([self.bring_forward(piece, behind[-1], waiting)] if behind else [])

    def bring_forward(self, piece: str, newest: Waiting, waiting: list[Waiting]) -> Waiting:
        """Put what waits of a piece, as one commit, before all that waits of others."""
        places = pieces.places(piece)
        front = mirror.ahead(self.mirror, self.tip, newest, places)
        others = [one for one in waiting if one.piece != piece]
        if piece == pieces.LOG:
            last = queue.seq(newest.said)
            others = [one._replace(said=queue.with_events(one.said, last)) for one in others]
        mirror.without(self.mirror, front, others, places)
        return newest._replace(commit=front)

    def take_back(self, piece: str) -> None:
        """Take all that waits of a piece out of what waits; what is at the remote of it stays."""
        if piece:
            others = [one for one in self.all() if one.piece != piece]
            mirror.without(self.mirror, self.tip, others, pieces.places(piece))
        else:  # an older release made it: all is made again
            mirror.note(self.mirror, mirror.BRANCH, self.tip)

    def probe(self) -> str:
        """Make a commit that changes nothing, to be pushed before all else, and return it."""
        return mirror.ahead(self.mirror, self.tip, PROBE._replace(at=self.all()[0].at), ())

    def follow(self, probe: str) -> None:
        """Lay what waits on top of a probe that the remote took."""
        mirror.without(self.mirror, probe, self.all(), ())
        self.note(probe)
