"""What sessions left running: what the log is told of it, and how it is told to people and to the agent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from nab.core.facts import OrphanEnded, OrphanSeen
from nab.core.recording.processes.ledger import Changes, KnownProcess, ProcessLedger, cpu_seconds, roots
from nab.core.text.counts import number_of

MOST_TOLD = 100  # leftovers of a session that the log tells of; the record has all
MOST_SHOWN, MOST_CHARACTERS = 20, 120  # in a note


class Leftover(msgspec.Struct, frozen=True, kw_only=True):
    """A process that outlived its session, as it is now. `pid` is the box's own count, `since` its session's end."""

    id: str
    pid: int
    argv: str
    session: str
    began: str
    since: str
    cpu_seconds: float


def identity(ledger: ProcessLedger, one: KnownProcess) -> str:
    """Name a process by boot, pid and start: no other process has that name."""
    return f"{ledger.boot}-{one.process.key}"


def leftovers(ledger: ProcessLedger) -> list[Leftover]:
    """List what is left behind now, the oldest first; CPU seconds are with all that it began."""
    used = cpu_seconds(ledger)
    return [
        Leftover(
            id=identity(ledger, one),
            pid=one.process.inside,
            argv=one.process.argv,
            session=one.session,
            began=one.process.began,
            since=one.left,
            cpu_seconds=round(used[one.process.key], 2),
        )
        for one in roots(ledger)
    ]


def news(
    before: ProcessLedger, ledger: ProcessLedger, changes: Changes
) -> tuple[ProcessLedger, list[OrphanSeen], list[OrphanEnded]]:
    """Say what the log is to be told after a look, and return the ledger in which that is noted."""
    used = cpu_seconds(before) if changes.gone else {}
    seen, known, told = [], dict(ledger.known), dict(ledger.told)
    for one in roots(ledger):
        if one.told or told.get(one.session, 0) >= MOST_TOLD:
            continue
        told[one.session] = told.get(one.session, 0) + 1
        known[one.process.key] = msgspec.structs.replace(one, told=True)
        seen.append(fact(ledger, one))
    ended = [
        OrphanEnded(
            identity=identity(before, one),
            ended=ledger.at,
            cpu_seconds=round(used.get(one.process.key, one.process.cpu_seconds), 2),
        )
        for one in changes.gone
        if one.told
    ]
    return msgspec.structs.replace(ledger, known=known, told=told), seen, ended


def remembered(
    ledger: ProcessLedger, told: Mapping[str, OrphanSeen], counted: Mapping[str, int]
) -> ProcessLedger:
    """Return the ledger with what the log was told, by identity, and the ledger does not know.

    A census that is killed after it told the log, and before it kept the ledger, leaves such a process: the next
    census would take it for a stranger, and never tell of its end. `counted` leftovers of each session were told.
    """
    known = {
        key: msgspec.structs.replace(one, session=said.session, left=said.since, told=True)
        if not one.told and (said := told.get(identity(ledger, one)))
        else one
        for key, one in ledger.known.items()
    }
    there = {one.session for one in known.values()}
    so_far = {name: max(ledger.told.get(name, 0), counted.get(name, 0)) for name in there}
    return msgspec.structs.replace(ledger, known=known, told={name: n for name, n in so_far.items() if n})


def fact(ledger: ProcessLedger, one: KnownProcess) -> OrphanSeen:
    """Tell the log of one."""
    return OrphanSeen(
        identity=identity(ledger, one),
        argv=one.process.argv,
        session=one.session,
        since=one.left,
        pid=one.process.inside,
        began=one.process.began,
    )


def lost(ledger: ProcessLedger, open_ones: Iterable[str]) -> list[OrphanEnded]:
    """Tell of the end of what the log takes for going on, by identity, and is not there: nobody saw it end."""
    there = {identity(ledger, one) for one in ledger.known.values()}
    return [OrphanEnded(identity=name, ended=ledger.at) for name in open_ones if name not in there]


def all_ended(ledger: ProcessLedger, open_ones: Iterable[str], at: str) -> list[OrphanEnded]:
    """Tell of the end of all that the log knows of, and of those that no look was taken at since: the box is over."""
    used = cpu_seconds(ledger)
    seen = {identity(ledger, one): used[key] for key, one in ledger.known.items() if one.told}
    unseen = [OrphanEnded(identity=name, ended=at) for name in open_ones if name not in seen]
    return [
        OrphanEnded(identity=name, ended=at, cpu_seconds=round(cpu, 2)) for name, cpu in seen.items()
    ] + unseen


def note(found: Sequence[Leftover], *, with_cpu: bool = False) -> Iterator[str]:
    """Yield a line about each, for the agent whose they are; with what it has used, if that is wanted."""
    for one in found[:MOST_SHOWN]:
        used = f", {hours(one.cpu_seconds)}" if with_cpu else ""
        yield f"process {one.pid}: {short(one.argv)} (started in {one.session}, running since {one.began}{used})"
    if len(found) > MOST_SHOWN:
        yield f"and {len(found) - MOST_SHOWN} more"


def shown(found: Sequence[Leftover]) -> str:
    """Say for a person what is left, session by session; nothing where nothing is."""
    by_session: dict[str, list[Leftover]] = {}
    for one in found:
        by_session.setdefault(one.session, []).append(one)
    return "; ".join(of_session(name, ones) for name, ones in by_session.items())


def of_session(name: str, ones: Sequence[Leftover]) -> str:
    """Say what one session left: 2 processes left by work-1: python trade.py (since ..., 3.2 CPU h), ..."""
    count = number_of(len(ones), "process", "processes")
    each = [f"{short(one.argv, 60)} (since {one.began}, {hours(one.cpu_seconds)})" for one in ones[:3]]
    more = [f"{len(ones) - 3} more"] if len(ones) > 3 else []
    return f"{count} left by {name}: {', '.join(each + more)}"


def short(argv: str, most: int = MOST_CHARACTERS) -> str:
    return argv if len(argv) <= most else f"{argv[: most - 1]}…"


def hours(seconds: float | None) -> str:
    """Write CPU seconds as a person reads them."""
    if seconds is None:
        return "unknown CPU time"
    return f"{seconds / 3600:.1f} CPU h" if seconds >= 360 else f"{seconds:.1f} CPU s"
