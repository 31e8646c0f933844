"""Pages as they were written before: one that rests on the same is taken over, and not written again.

What a page rests on is named where it is written. The log only grows and a fold of it is the same every time, so that a
page of the same release that rests on the same has the same bytes; what is named has to tell itself in full by `repr`.
"""

from __future__ import annotations

import hashlib

import msgspec

from nab.results.claims.documents import VersionTold
from nab.site.gates.told import Told


class Kept(msgspec.Struct, frozen=True):
    """A page: the hash of what it rests on and its own, the events that it cites, its charts' tables, what it tells."""

    key: str
    sha256: str
    cited: tuple[int, ...] = ()
    charts: dict[str, str] = {}
    told: Told = Told()


class Memory(msgspec.Struct, frozen=True):
    """The pages of a build, the code that made them, and the place in the log with the hash of its line.

    It counts for a log that goes on from there, and for the same code.
    """

    code: str = ""
    upto: int = 0
    head: str = ""
    pages: dict[str, Kept] = {}
    versions: tuple[VersionTold, ...] = ()  # of claims: each worked out once from the log up to it


NONE = Memory()


def digest(*parts: object) -> str:
    """Return the hash of what a page rests on."""
    return hashlib.sha256("\0".join(map(repr, parts)).encode("utf-8", "surrogatepass")).hexdigest()
