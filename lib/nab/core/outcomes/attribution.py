"""Who made a submission: the scheduler, a session, what a session left running, or somebody outside."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nab.core.facts import PROXY, GapSeen, SubmissionSeen, UploadSeen, tags
from nab.core.intervals import Interval
from nab.core.log.events import Event
from nab.core.recording.processes.processes import SessionSpan
from nab.core.text import times

SCHEDULER, OUTSIDE, UNKNOWN = "scheduler", "outside", "unknown"
BY_PORT, BY_CONNECTION, ALONE = "port", "connection", "alone"
NEAR = timedelta(seconds=1)
MOST_CANDIDATES = 20
AROUND_A_GAP = timedelta(minutes=1)
OF_INTEREST = tags(UploadSeen, SubmissionSeen, GapSeen)


@dataclass(frozen=True)
class Suspect:
    """Something that could have made it, from when to when; None: it goes on."""

    name: str
    began: datetime
    ended: datetime | None = None


@dataclass(frozen=True)
class Upload:
    """A submission that the proxy saw, from the call's first byte to its last; `port` is the client's, if known."""

    submission: str
    began: datetime
    ended: datetime
    port: int | None = None


@dataclass(frozen=True)
class Connection:
    """A connection that somebody had to the proxy, from when to when it was seen."""

    port: int
    holder: str
    began: datetime
    ended: datetime


@dataclass(frozen=True)
class Maker:
    """Who made it and how that is known; `candidates` where nobody can be named."""

    by: str
    how: str = ""
    candidates: tuple[str, ...] = ()


def session(name: str) -> str:
    return f"session:{name}"


def leftover(identity: str) -> str:
    return f"leftover:{identity}"


def of_lives(lives: Iterable[SessionSpan]) -> list[Suspect]:
    """Return the sessions as those who could have made it."""
    return [Suspect(session(life.name), life.began, life.ended) for life in lives]


def maker(
    upload: Upload,
    suspects: Iterable[Suspect],
    connections: Collection[Connection],
    *,
    watched: bool = True,
) -> Maker:
    """Say who made an upload.

    Who held the connection that it came by made it. Where only one was there at all, or only one held any connection
    while it went on, that one did; otherwise nobody can tell, nor where nobody `watched` the box then.
    """
    near = [
        one for one in connections if one.began <= upload.ended + NEAR and one.ended >= upload.began - NEAR
    ]
    by_port = {one.holder for one in near if one.port == upload.port}
    if len(by_port) == 1:
        return Maker(by_port.pop(), BY_PORT)
    there = {one.name for one in suspects if overlaps(one, upload)}
    holders = {one.holder for one in near}
    if watched and len(there) == 1:
        return Maker(there.pop(), ALONE)
    if watched and upload.port is None and len(holders) == 1:
        return Maker(holders.pop(), BY_CONNECTION)
    return Maker(UNKNOWN, candidates=tuple(sorted(there or holders))[:MOST_CANDIDATES])


def overlaps(one: Suspect, upload: Upload) -> bool:
    return one.began <= upload.ended and (one.ended is None or one.ended >= upload.began)


def makers(events: Iterable[Event]) -> dict[str, str]:
    """Return by whom every submission was made, as far as the log tells.

    One that Numerai lists and that passed no proxy of ours was made outside; around a gap of a proxy nobody can tell.
    What is queued for the next round has an id of its own there, and the file name of the upload.
    """
    seen: dict[str, str] = {}
    listed: dict[str, SubmissionSeen] = {}
    gaps = []
    for event in events:
        if event.kind not in OF_INTEREST:
            continue
        match event.fact:
            case UploadSeen() as upload:
                seen[upload.submission] = upload.by or UNKNOWN
            case SubmissionSeen() as found:
                listed[found.submission] = found
            case GapSeen(witness=witness) as gap if witness == PROXY:
                began, ended = times.parse(gap.began), times.parse(gap.ended)
                gaps.append(Interval(began - AROUND_A_GAP, ended + AROUND_A_GAP))
    files = {found.filename: seen[name] for name, found in listed.items() if name in seen and found.filename}
    for name, found in listed.items():
        if found.filename in files:
            seen.setdefault(name, files[found.filename])
            continue
        at = times.parse(found.inserted_at)
        in_a_gap = any(gap.holds(at) for gap in gaps)
        seen.setdefault(name, UNKNOWN if in_a_gap else OUTSIDE)
    return seen
