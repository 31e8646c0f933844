"""The event and its line in the log: values to bytes and back.

A line is `{"crc":"<8 hex>","v":1,...}` and a newline. The crc is the CRC-32 of the bytes between the
comma that follows it and the newline, neither included. `prev` is the first 16 hex digits of the
SHA-256 of the line before, newline included (`sed -n 7p 2026-05.jsonl | sha256sum`).
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from typing import Any, NamedTuple, get_args

import msgspec

from nab.core.errors import FAILED, NabError
from nab.core.facts import AnyFact, tag
from nab.core.text import times

VERSION = 1
OPENING = re.compile(rb'\{"crc":"([0-9a-f]{8})","v":([0-9]+),')
CRC_ENDS = len('{"crc":"01234567",')
FACTS: dict[str, msgspec.json.Decoder[Any]] = {
    tag(kind): msgspec.json.Decoder(kind) for kind in get_args(AnyFact)
}


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A fact with its place in the log: when it happened (`valid`) and when we learned it (`known`)."""

    v: int
    seq: int
    prev: str
    id: str
    valid: str
    known: str
    boot: str
    mono: float
    by: str
    kind: str
    entrant: str | None
    round: int | None
    run: str | None
    data: msgspec.Raw

    @property
    def fact(self) -> AnyFact | None:
        """The typed fact, or None for a kind that this version does not know."""
        if self.kind not in FACTS:
            return None
        try:
            fact: AnyFact = FACTS[self.kind].decode(self.data)
        except msgspec.ValidationError as error:
            raise NabError(
                f"event {self.seq} is no {self.kind}: {error}",
                hint="it was written by another version or by hand: docs/operations.md, the event log",
                exit_code=FAILED,
            ) from None
        return fact


ENVELOPE = msgspec.json.Decoder(Event)


def newest(events: Sequence[Event], seq: int) -> Event:
    """Return the event of a seq or, of events that are not all of a log, the newest of those before it."""
    return events[bisect_right(events, seq, key=attrgetter("seq")) - 1]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that has no place in the log yet; without an id of its own the log gives it one."""

    fact: AnyFact
    id: str = ""
    entrant: str | None = None
    round: int | None = None
    run: str | None = None
    valid: datetime | None = None


class Stamp(NamedTuple):
    """When and by whom events are written."""

    known: datetime
    boot: str
    mono: float
    by: str


class Link(NamedTuple):
    """Where a chain stands: what the next line has to say about the one before it."""

    seq: int = 0
    prev: str = "0" * 16


FIRST = Link()


class Damaged(ValueError):
    """A line is not as it was written."""


def seal(draft: Draft, after: Link, stamp: Stamp) -> Event:
    """Give a draft its place."""
    known = times.text(stamp.known)
    return Event(
        v=VERSION,
        seq=after.seq + 1,
        prev=after.prev,
        id=draft.id,
        valid=times.text(draft.valid) if draft.valid else known,
        known=known,
        boot=stamp.boot,
        mono=round(stamp.mono, 3),
        by=stamp.by,
        kind=tag(draft.fact),
        entrant=draft.entrant,
        round=draft.round,
        run=draft.run,
        data=msgspec.Raw(msgspec.json.encode(fields(draft.fact))),
    )


def encode(event: Event) -> bytes:
    """Write the event's line."""
    rest = msgspec.json.encode(event)[1:]
    return b'{"crc":"%08x",%b\n' % (zlib.crc32(rest), rest)


def decode(line: bytes) -> Event:
    """Read a line, newline included.

    Raises Damaged when it is not as it was written, NabError when a newer version wrote it.
    """
    opening = OPENING.match(line)
    if opening is None or not line.endswith(b"}\n"):
        raise Damaged("this is no event")
    if zlib.crc32(line[CRC_ENDS:-1]) != int(opening[1], 16):
        raise Damaged("the crc does not match: the line was changed after it was written")
    match int(opening[2]):
        case 1:  # once there is a v2: upcast the event of v1 here, purely, and never rewrite its line
            return v1(line)
        case newer:
            raise NabError(
                f"the event log has events of version {newer}; this program reads up to {VERSION}",
                hint="use the newer program again: it reads everything that this one wrote",
                exit_code=FAILED,
            )


def v1(line: bytes) -> Event:
    """Read the line of an event of version 1."""
    try:
        return ENVELOPE.decode(b"{" + line[CRC_ENDS:])
    except msgspec.MsgspecError as error:
        raise Damaged(f"this is no event of version 1: {error}") from None


def link(event: Event, line: bytes) -> Link:
    """Say where the chain stands after an event's line."""
    return Link(event.seq, sha256(line).hexdigest()[:16])


def fields(fact: AnyFact) -> dict[str, object]:
    """Return what is written of a fact: what is set, and of one that says `omit_defaults` only what is not as always.

    A field that a kind got later is left out so where it tells nothing, and a release that does not know it reads on.
    """
    told = {name: one for name, one in msgspec.structs.asdict(fact).items() if one is not msgspec.UNSET}
    if not fact.__struct_config__.omit_defaults:
        return told
    usual = {one.name: one.default for one in msgspec.structs.fields(fact)}
    return {name: one for name, one in told.items() if one != usual[name]}
