"""The files of an event log, read: whole, or from where they were read up to before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import msgspec

from nab.core.errors import FAILED, NabError
from nab.core.log.chain import Chain, check_chain
from nab.core.log.closed_periods import NOTHING, Closed, touches
from nab.core.log.events import FIRST, Damaged, Event, Link, decode
from nab.core.log.heads import holds, shorter
from nab.core.log.segments import Segment, in_chain, named
from nab.edges.files import files

Place = tuple[int, int]


@lru_cache(maxsize=16)
def lock_of(folder: Path) -> Path:
    """Where the lock lies that whoever writes the log holds."""
    return folder / ".lock"


def torn_folder(folder: Path) -> Path:
    """Where a log keeps the unfinished lines that it moved aside."""
    return folder / "torn"


def present(folder: Path) -> list[Segment]:
    """List the segments of a log, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(segment for path in folder.iterdir() if (segment := named(path.name)))


def sizes(folder: Path) -> dict[Segment, int]:
    """Say how long each segment of a log is."""
    return {segment: files.size(folder / segment.name) for segment in present(folder)}


def read(folder: Path) -> list[tuple[Segment, list[bytes]]]:
    """Read the lines of a log, segment by segment."""
    return [(segment, lines_of(folder / segment.name)) for segment in present(folder)]


def lines_of(path: Path) -> list[bytes]:
    """Return the lines of a segment."""
    with path.open("rb") as file:
        return file.readlines()


@dataclass(frozen=True)
class Read:
    """What was read of a log, how long its files were, and what of it is closed and left out of the events.

    `kept` events are those of a checkpoint, 0 where all was read.
    """

    chain: Chain = field(default_factory=Chain)
    sizes: dict[Segment, int] = field(default_factory=dict)
    closed: Closed = NOTHING
    kept: int = 0

    @property
    def place(self) -> Place:
        """By what two reads can be told apart: how far this one got, and of how many events it tells."""
        return self.chain.head.seq, len(self.chain.events)


def read_on(folder: Path, before: Read) -> Read:
    """Read what a log has beyond what was read of it; all of it where it did not simply grow at its end.

    Also where something is told of what is closed: then everything counts again.
    """
    now = sizes(folder)
    if before.sizes and now == before.sizes:
        return before
    if not now:
        return Read()
    if before.sizes and not before.chain.faults and simply_grown(before.sizes, now):
        more, known = read_tail(folder, before, now)
        if not more.faults and not any(touches(event, before.closed) for event in more.events):
            return replace(
                before, chain=Chain([*before.chain.events, *more.events], [], more.head), sizes=known
            )
    return read_whole(folder)


def simply_grown(before: dict[Segment, int], now: dict[Segment, int]) -> bool:
    """Say whether a log has only become longer at its end: its newest file, or files of newer months."""
    newest = max(before)
    later = [one for one in now if one > newest]
    same = all(now.get(one) == size for one, size in before.items() if one != newest)
    return same and now.get(newest, 0) >= before[newest] and all(one.number == 1 for one in later)


def read_tail(folder: Path, before: Read, sizes: dict[Segment, int]) -> tuple[Chain, dict[Segment, int]]:
    """Read the whole lines that have come, and say how far each file is read now."""
    known = dict(before.sizes)
    lines: list[tuple[str, list[bytes]]] = []
    for segment in (one for one in sizes if one >= max(before.sizes)):
        place = known.get(segment, 0)
        new = [line + b"\n" for _, line in files.lines_after(folder / segment.name, place)]
        lines.append((segment.name, new))
        known[segment] = place + sum(map(len, new))
    return check_chain(lines, before.chain.head), known


def read_whole(folder: Path) -> Read:
    """Read a log and check every line of it."""
    lines = read(folder)
    ends = {segment: sum(map(len, whole)) for segment, whole in lines}
    torn = {segment: len(whole[-1]) for segment, whole in lines if whole and not whole[-1].endswith(b"\n")}
    return Read(check_chain(in_chain(lines)), {one: size - torn.get(one, 0) for one, size in ends.items()})


def whole(folder: Path, read: Read, known: Sequence[Link]) -> Read:
    """Return what was read of a log.

    Raises NabError that names the first place where it is damaged, or one of `known` that it does not go through.
    """
    if read.chain.faults:
        raise NabError(
            f"the event log is damaged: {folder}/{read.chain.faults[0]}",
            hint="put that file back from the last pushed copy or a backup; never mend it by hand",
            exit_code=FAILED,
        )
    if missing := [place for place in known if not holds(read.chain, place)]:
        raise shorter(str(folder), read.chain.head.seq, max(missing))
    return read


def find(folder: Path, ids: Set[str]) -> dict[str, Event]:
    """Return the events that have these ids. Only lines that hold one of them are read as events.

    Raises Damaged when such a line is not as it was written.
    """
    wanted = [b'"id":' + msgspec.json.encode(one) for one in ids]
    files_there = present(folder)
    left = any(one.next in files_there for one in files_there)
    found: dict[str, Event] = {}
    for segment in files_there:
        content = (folder / segment.name).read_bytes()
        lines = list(lines_with(content, wanted))
        if lines and left:  # a file that was left may hold lines that do not count
            return {event.id: event for event in read_whole(folder).chain.events if event.id in ids}
        found |= {event.id: event for event in map(decode, lines) if event.id in ids}
    return found


def lines_with(content: bytes, wanted: list[bytes]) -> Iterator[bytes]:
    """Yield the whole lines that hold any of the wanted bytes."""
    for one in wanted:
        place = content.find(one)
        while place >= 0:
            end = content.find(b"\n", place) + 1
            if end == 0:
                break
            yield content[content.rfind(b"\n", 0, place) + 1 : end]
            place = content.find(one, end)


def first_event(path: Path) -> Event | None:
    """Return the event that a segment begins with; None where it begins with none."""
    with path.open("rb") as file:
        try:
            return decode(file.readline())
        except Damaged:
            return None


def check_closed(folder: Path, segment: Segment) -> None:
    """See that a segment that is not the newest is as it was written, as far as it counts.

    Raises NabError that names the first place that is not.
    """
    segments = [segment, segment.next] if segment.next in present(folder) else [segment]
    (name, lines), *_ = in_chain(
        [(one, (folder / one.name).read_bytes().splitlines(True)) for one in segments]
    )
    first = first_event(folder / name)
    before = Link(first.seq - 1, first.prev) if first else FIRST
    whole(folder, Read(check_chain([(name, lines)], before)), ())
