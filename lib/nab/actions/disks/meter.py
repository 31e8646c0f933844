"""How much a run's agent has written: asked of its file system, or counted where it has none of its own."""

from __future__ import annotations

from nab.core.upkeep.disks import DiskUsage
from nab.edges.host import loop_disks
from nab.edges.untrusted import furnishing
from nab.edges.untrusted.folder_sizes import Count
from nab.paths import AgentFolder, RunPaths

SLICE_SECONDS = (
    0.02  # of a look a second: 2 % of a core at most, and a whole count of 10,000 files in some seconds
)


class Meter:
    """The meter of one run. Where it has to count, it does so a little at every look."""

    def __init__(self, paths: RunPaths) -> None:
        self.paths = paths
        self.count = Count(roots(paths))
        self.go_on()

    def go_on(self) -> None:
        if not loop_disks.is_mounted(self.paths.disk):
            self.count.go_on(SLICE_SECONDS)

    def used(self) -> DiskUsage | None:
        """Return what is used; None before the first count is done, or where the file system cannot be asked."""
        if not loop_disks.is_mounted(self.paths.disk):
            return self.count.newest
        try:
            return DiskUsage(loop_disks.room(self.paths.disk)[0])
        except OSError:
            return None


def roots(paths: RunPaths) -> list[AgentFolder]:
    """List the folders that an agent can write: its disk, which has all but its outbox, or those of an older run."""
    apart = (paths.workspace, paths.home)
    return [paths.disk, paths.outbox, *filter(furnishing.is_apart, apart)]
