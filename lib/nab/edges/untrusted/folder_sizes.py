"""How much lies below folders: bytes of disk and files. A folder of somebody hostile is counted, never believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nab.core.upkeep.disks import DiskUsage, Room
from nab.edges import clock
from nab.edges.untrusted import descriptors, walks
from nab.paths import AgentFolder

BLOCK = 512  # what st_blocks counts in


class Count:
    """One count after the other, in slices of time, so that whoever counts can do something else in between.

    A folder that was closed or moved for a moment is told of by the next count: only what two in a row could not
    look into is told as unseen.
    """

    def __init__(self, roots: Iterable[AgentFolder]) -> None:
        self.roots = tuple(roots)
        self.counting = self.steps()
        self.newest: DiskUsage | None = None
        self.unseen: int | None = None  # by the count before

    def go_on(self, seconds: float) -> None:
        """Count for about so long. `newest` is what the last whole count found."""
        until = clock.monotonic() + seconds
        for whole in self.counting:
            if whole:
                before = whole.unseen if self.unseen is None else self.unseen
                self.newest, self.unseen = DiskUsage(whole.room, min(whole.unseen, before)), whole.unseen
                return
            if clock.monotonic() >= until:
                return

    def steps(self) -> Iterator[DiskUsage | None]:
        """Yield nothing after every portion, and what there is in all after the last one; then begin again."""
        while True:
            total = DiskUsage()
            for root in self.roots:
                for usage in portions(root):
                    total = total.plus(usage)
                    yield None
            yield total


def whole(root: AgentFolder) -> DiskUsage:
    """Count everything below a folder at once."""
    total = DiskUsage()
    for usage in portions(root):
        total = total.plus(usage)
    return total


def portions(root: AgentFolder) -> Iterator[DiskUsage]:
    """Yield what is below a root, a portion at a time. No link is followed, and no other file system entered.

    What could not be looked at is told as unseen; what is not there any more is not.
    """
    try:
        with descriptors.folder(root) as start:
            device = walks.identity(start)[0]
            for step in walks.through(start):
                yield counted(step, device)
    except FileNotFoundError:
        return
    except OSError:
        yield DiskUsage(unseen=1)


def counted(step: walks.Step, device: int) -> DiskUsage:
    """Count what one step of a walk tells."""
    if step.trouble:
        return DiskUsage(unseen=0 if step.trouble.errno in walks.PASSING else 1)
    sizes = [seen.st_blocks * BLOCK for _, seen in step.entries if seen.st_dev == device]
    return DiskUsage(Room(sum(sizes), len(sizes)))
