"""See to it that what an agent writes stays within its limit, and tell it when that is nearly reached."""

from __future__ import annotations

import msgspec

from nab.actions.bench import Bench
from nab.actions.disks import run_disks
from nab.core.facts import Intervened
from nab.core.recording.resources import Sample
from nab.core.runs.ending.run_end import OUT_OF_ROOM
from nab.core.runs.runs import Run
from nab.core.upkeep import disks
from nab.core.upkeep.disks import DiskUsage, Kept, Room
from nab.edges import failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files, records
from nab.edges.host import loop_disks

WHAT = "disk"  # the intervention
NOTE = "disk.md"  # in the control folder, at /run/nab in the box


class DiskWatch:
    """Looks after one run's disk. `told`: its agent knows that it is nearly full."""

    def __init__(self, bench: Bench, run: Run) -> None:
        self.bench, self.run = bench, run
        self.note = bench.run(run.name).control / NOTE
        self.told = self.note.exists()
        if self.told:
            self.record()  # whoever wrote the note may have ended before

    @property
    def kept(self) -> Kept | None:
        return run_disks.kept(self.bench.run(self.run.name), self.run.intended)

    def look(self) -> str:
        """Tell the agent what it must know. Returns why its box has to be ended, or nothing."""
        found = self.room()
        if found is None:
            return ""
        full, limit = found
        share, kept = full.room.share_of(limit), self.kept or Kept.WATCHED
        if (share >= disks.TIGHT or full.unseen) and not self.told:
            self.tell(disks.note(full, limit, kept))
        elif share < disks.FREE_AGAIN and not full.unseen and self.told:
            self.told = False
            self.note.unlink(missing_ok=True)
        return OUT_OF_ROOM if disks.is_too_much(full, limit, kept) else ""

    def tell(self, text: str) -> None:
        """Tell the agent in a file, and put it on record."""
        self.told = True
        files.replace_bytes(self.note, text.encode())
        failpoints.reach(Failpoint.DISK_TOLD)
        self.record()

    def record(self) -> None:
        """Put on record what the agent is told: once for every time that it was written."""
        fact = Intervened(what=WHAT, text=self.note.read_text(encoding="utf-8"))
        key = f"{self.run.name}:{WHAT}:{self.note.stat().st_mtime_ns}"
        self.bench.log.append(fact, entrant=self.run.entrant, run=self.run.name, id=key)

    def room(self) -> tuple[DiskUsage, Room] | None:
        """Return what is used and what may be; None where that is not known, or nothing was promised."""
        paths, intended = self.bench.run(self.run.name), self.run.intended
        match self.kept:
            case Kept.FIXED:
                if not loop_disks.is_mounted(paths.disk):
                    return None
                full, limit = loop_disks.room(paths.disk)
                return DiskUsage(full), limit
            case Kept.WATCHED:
                seen = usage(self.bench, self.run.name)
                return (seen, Room(intended.disk_bytes, intended.disk_files)) if seen else None
            case _:
                return None


def used(bench: Bench, run: str) -> Room | None:
    """Return the room that the monitor saw taken last by what a run's agent has written; None where it saw nothing."""
    seen = usage(bench, run)
    return seen.room if seen else None


def usage(bench: Bench, run: str) -> DiskUsage | None:
    """Return what the monitor saw last of what a run's agent has written; None where it saw nothing."""
    newest = newest_sample(bench, run)
    if newest is None or newest.disk_bytes is None or newest.disk_files is None:
        return None
    return DiskUsage(Room(newest.disk_bytes, newest.disk_files), newest.disk_unseen or 0)


def newest_sample(bench: Bench, run: str) -> Sample | None:
    """Return the last sample that the monitor wrote."""
    try:
        return msgspec.json.decode(records.last_line(bench.run(run).resources), type=Sample)
    except (OSError, msgspec.DecodeError):
        return None
