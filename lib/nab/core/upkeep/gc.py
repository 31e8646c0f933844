"""What may go when room is needed, and what goes first: what costs least to miss."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from nab.core.upkeep.disks import GIB


class ItemKind(StrEnum):
    """What may go, in the order in which it goes."""

    LEFTOVER = "leftover"  # of a process that died: nobody's any more
    DERIVED = "derived"  # made again from what stays
    RECORD = "record"  # stays, compressed, and is read as before
    IMAGE = "image"  # superseded by another, and no box is made of it
    BODIES = "bodies"  # of calls; the calls themselves stay
    WORKSPACE = "workspace"  # with its box; the history stays


ORDER = tuple(ItemKind)
COMPRESSED_WINS = 0.8  # about, for an estimate: bench/disk.py


@dataclass(frozen=True)
class Item:
    """One thing that may go, what it takes of the disk, and in words."""

    kind: ItemKind
    what: str
    bytes: int
    run: str = ""

    @property
    def wins(self) -> int:
        """Return how many bytes it brings to the state's disk, about.

        Of an image nobody knows: it shares most of it with others, and the engine may have a disk of its own.
        """
        match self.kind:
            case ItemKind.RECORD:
                return int(self.bytes * COMPRESSED_WINS)
            case ItemKind.IMAGE:
                return 0
            case _:
                return self.bytes


@dataclass(frozen=True)
class Ages:
    """For how many days after its end each part of a run is left alone."""

    compress: float
    bodies: float
    workspace: float


def may_go(ended: datetime | None, now: datetime, ages: Ages, *, submits: bool) -> Collection[ItemKind]:
    """Say what of a run may go. `submits`: its box still serves in windows, so what these need or write stays."""
    if ended is None:
        return frozenset()
    days = {ItemKind.DERIVED: ages.compress, ItemKind.RECORD: ages.compress}
    if not submits:
        days |= {ItemKind.BODIES: ages.bodies, ItemKind.WORKSPACE: ages.workspace}
    return frozenset(kind for kind, least in days.items() if now - ended >= timedelta(days=least))


@dataclass(frozen=True)
class Wish:
    """What is to be reached: at most so much taken by the state folder, at least so much free on its disk, in GiB."""

    budget_gib: float | None = None
    free_gib: float | None = None

    def bytes(self, used: int, free: int) -> int | None:
        """Return how many bytes are to be won; None: whatever is due goes."""
        if self.budget_gib is None and self.free_gib is None:
            return None
        beyond = used - self.budget_gib * GIB if self.budget_gib is not None else 0
        lacking = self.free_gib * GIB - free if self.free_gib is not None else 0
        return max(0, int(beyond), int(lacking))


def rank(item: Item) -> tuple[int, int]:
    """Return what items are sorted by: the least valuable kind first, and of a kind the largest."""
    return ORDER.index(item.kind), -item.wins
