"""Room on disks: what a run's agent may take, what the machine must keep, and what is said and done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

GIB = 1 << 30
ROOT_FILES = 11  # an empty ext4 has so many inodes in use
TIGHT, FREE_AGAIN = (
    0.95,
    0.85,
)  # of what it may hold: an agent is told at the one, and again only after the other
HARD = 1.1  # where nothing but our looking keeps the limit, a box that goes so far beyond it is ended
LEAST_FILES = (
    50_000  # free inodes that a disk must have; those of btrfs and tmpfs are not counted, and tell 0
)
TO_FIRE = 0.1  # one submit.sh writes little: a tenth of what a run needs is enough


class Kept(StrEnum):
    """How the limit of what an agent writes is kept."""

    FIXED = "fixed"  # its folders are in a file system of that size: the kernel refuses what does not fit
    WATCHED = "watched"  # they are looked at, and a box that goes too far is ended


@dataclass(frozen=True)
class Room:
    """So many bytes and so many files."""

    bytes: int = 0
    files: int = 0

    def plus(self, other: Room) -> Room:
        return Room(self.bytes + other.bytes, self.files + other.files)

    def share_of(self, limit: Room) -> float:
        """Return the larger of the two shares; of what is not limited there is none."""
        shares = ((self.bytes, limit.bytes), (self.files, limit.files))
        return max((used / most for used, most in shares if most), default=0.0)


@dataclass(frozen=True)
class DiskUsage:
    """What lies below some folders, and how many folders in there could not be looked into."""

    room: Room = Room()
    unseen: int = 0

    def plus(self, other: DiskUsage) -> DiskUsage:
        return DiskUsage(self.room.plus(other.room), self.unseen + other.unseen)


@dataclass(frozen=True)
class Disk:
    """A disk that we rely on, and what is free of it. `files` None: it counts none."""

    what: str
    place: str
    free_bytes: int
    free_files: int | None = None

    @property
    def free(self) -> str:
        return gib(self.free_bytes)


def lacking(disks: Iterable[Disk], least_bytes: float) -> str:
    """Say in a sentence where there is too little room; nothing where there is enough."""
    for disk in disks:
        if disk.free_bytes < least_bytes:
            return (
                f"{disk.free} free for the {disk.what} ({disk.place}), at least {gib(least_bytes)} are needed"
            )
        if disk.free_files is not None and disk.free_files < LEAST_FILES:
            return (
                f"{disk.free_files:,} files can still be made for the {disk.what} ({disk.place}), "
                f"at least {LEAST_FILES:,} are needed"
            )
    return ""


def gib(size: float) -> str:
    """Write a size for people."""
    return f"{size / GIB:.1f} GiB" if size >= GIB / 10 else f"{size / (1 << 20):.1f} MiB"


def taken(used: Room, limit: Room) -> str:
    """Say how much of what it may hold a run's folders hold."""
    return f"{gib(used.bytes)} of {gib(limit.bytes)}, {used.files:,} of {limit.files:,} files"


def note(used: DiskUsage, limit: Room, kept: Kept) -> str:
    """Return what an agent is told when its folders are nearly full."""
    then = {
        Kept.FIXED: "What does not fit is refused: programs are told that no space is left.",
        Kept.WATCHED: f"This box is ended when they hold {HARD - 1:.0%} more than that.",
    }
    closed = (
        " Folders in there that cannot be looked into count as too full: open them." if used.unseen else ""
    )
    return (
        f"The folders that you can write to hold {taken(used.room, limit)} (home, /workspace, /tmp and what you "
        f"installed together). {then[kept]} Delete what you do not need.{closed}\n"
    )


def is_too_much(used: DiskUsage, limit: Room, kept: Kept) -> bool:
    """Say whether a box has to be ended for what it wrote. What could not be looked into may be anything."""
    return kept is Kept.WATCHED and (used.unseen > 0 or used.room.share_of(limit) >= HARD)
