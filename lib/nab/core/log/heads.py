"""The newest place of a log that is known to have been written, and whether a log holds it."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from nab.core.errors import FAILED, NabError
from nab.core.log.chain import Chain
from nab.core.log.events import Event, Link

FORM = re.compile(rb"([0-9a-f]{8}) (([0-9]{16}) ([0-9a-f]{16}))\n")
LENGTH = 8 + 1 + 16 + 1 + 16 + 1  # bytes, always the same, so that one is written over another
REMEDY = (
    "put it back from the git remote or a backup (docs/operations.md, A log that got shorter); where nothing holds more"
    " of it, make verify ACCEPT={} goes on without what is lost"
)


def encode(head: Link) -> bytes:
    """Write a head as its line: the CRC-32 of what follows, the seq, the hash of the event's line."""
    told = b"%016d %b" % (head.seq, head.prev.encode())
    return b"%08x %b\n" % (zlib.crc32(told), told)


@lru_cache(maxsize=4)
def decode(line: bytes) -> Link | None:
    """Read it again; None where it is not as it was written."""
    found = FORM.fullmatch(line)
    if found is None or zlib.crc32(found[2]) != int(found[1], 16):
        return None
    return Link(int(found[3]), found[4].decode())


def holds(chain: Chain, head: Link) -> bool:
    """Say whether a chain goes through a head. One that left out the event after it does not say so."""
    return head == chain.head or is_before(chain.events, head)


def is_before(events: Sequence[Event], head: Link) -> bool:
    """Say whether one of these events, oldest first, was written right after a head."""
    place = bisect_left(events, head.seq + 1, key=lambda event: event.seq)
    return place < len(events) and (events[place].seq - 1, events[place].prev) == head


def shorter(folder: str, ends: int, head: Link) -> NabError:
    """Say that a log that ends at a seq got shorter than it was."""
    return NabError(
        f"the event log in {folder} got shorter: it ends at event {ends}, and event {head.seq} that was written"
        f" ({head.prev}) is not in it",
        hint=REMEDY.format(ends),
        exit_code=FAILED,
    )
