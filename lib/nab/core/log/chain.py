"""The chain that the lines of a log make: each carries the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nab.core.log.events import FIRST, Damaged, Event, Link, decode, link


class Fault(NamedTuple):
    """A place where the chain is broken."""

    segment: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.segment} line {self.line}: {self.what}"


@dataclass
class Chain:
    """The events of a log in order, where it stands, and every place where it is broken."""

    events: list[Event] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    head: Link = FIRST


def check_chain(segments: Iterable[tuple[str, Sequence[bytes]]], after: Link = FIRST) -> Chain:
    """Read every line of the named segments and find each that was changed, lost, moved or doubled.

    With `after` they are what follows a place up to which the log was read before.
    """
    chain = Chain(head=after)
    follows = True
    for segment, lines in segments:
        for number, line in enumerate(lines, start=1):
            try:
                event = decode(line)
            except Damaged as error:
                chain.faults.append(Fault(segment, number, str(error)))
                chain.head, follows = Link(chain.head.seq + 1), False
                continue
            if event.seq != chain.head.seq + 1:
                what = f"its seq is {event.seq}, not {chain.head.seq + 1}: a line was lost, moved or doubled"
                chain.faults.append(Fault(segment, number, what))
            elif event.prev != chain.head.prev and follows:
                chain.faults.append(Fault(segment, number, "its prev is not the line before it"))
            chain.events.append(event)
            chain.head, follows = link(event, line), True
    return chain
