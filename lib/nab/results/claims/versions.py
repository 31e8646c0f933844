"""Which versions of a claim count: those that a look wrote down, and the newest one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec import structs

from nab.results.verdicts.looks import DECIDED, decided
from nab.results.verdicts.season import Cause, Version


def counted(versions: Sequence[Version], on_record: Collection[int]) -> list[Version]:
    """Return the versions that anybody could have been told, with all causes since the one before.

    Scores come one by one, and each may change Holm's steps of every pair. What was another a moment later, before any
    look wrote it down, was never said: nothing can be taken back of it. `on_record` are the seqs of what was.
    """
    return list(told(versions, on_record))


def told(versions: Sequence[Version], on_record: Collection[int]) -> Iterator[Version]:
    """Yield them."""
    causes: dict[Cause, None] = {}
    had_one = False
    for place, one in enumerate(versions, start=1):
        causes |= dict.fromkeys(one.causes)
        if one.seq in on_record or place == len(versions):
            verdict = decided(one.looks, had_one=had_one)
            had_one = had_one or verdict in DECIDED
            yield structs.replace(one, causes=tuple(causes), verdict=verdict)
            causes = {}
