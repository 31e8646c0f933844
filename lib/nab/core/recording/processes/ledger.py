"""What is known of the processes of a box, folded from looks at them: whose each is, and what outlives its session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec

from nab.core.recording.processes.processes import Census, Process, SessionSpan
from nab.core.text import times

GRACE = timedelta(seconds=2)  # what a session's end takes with it is gone by then
NEAR = timedelta(seconds=1)  # a process may look that much older than the session that it came with
BY_PARENT, BY_MARKER, BY_TIME = "parent", "marker", "time"


class KnownProcess(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A process that was seen, and what was learned of it.

    `session` began it, by its parent's, its environment's or its start's word; the first answer stands.
    `left` is when that session ended, of a process that goes on. `told`: the log knows of it.
    """

    process: Process
    first: str
    last: str
    session: str = ""
    by: str = ""
    left: str = ""
    told: bool = False


class CpuMark(msgspec.Struct, frozen=True, array_like=True):
    """What a process had used when the record last told of it."""

    at: str
    cpu_seconds: float


class ProcessLedger(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The processes that live, by their keys. `ours` began the box and its sessions: the agent began neither."""

    boot: str = ""
    at: str = ""
    known: dict[str, KnownProcess] = {}
    ours: tuple[str, ...] = ()
    left_out: int = 0
    marks: dict[str, CpuMark] = {}  # by the keys of what is known
    told: dict[str, int] = {}  # how many leftovers of each session the log knows of


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a look found out. `left` outlived their session; `gone` are as they were seen last."""

    appeared: tuple[KnownProcess, ...] = ()
    renamed: tuple[KnownProcess, ...] = ()
    left: tuple[KnownProcess, ...] = ()
    gone: tuple[KnownProcess, ...] = ()


def look(
    ledger: ProcessLedger, census: Census, lives: Sequence[SessionSpan]
) -> tuple[ProcessLedger, Changes]:
    """Take one look into the ledger. After a boot nothing of what was known is left."""
    before = ledger.known if ledger.boot == census.boot else {}
    alive = {one.key: one for one in census.processes if one.lives}
    ours = (ledger.ours if ledger.boot == census.boot else ()) or our_own(census)
    known = folded(before, alive, ProcessLook(census, lives, ours))
    shared = before.keys() & known.keys()
    changes = Changes(
        appeared=tuple(one for key, one in known.items() if key not in before),
        renamed=tuple(known[key] for key in shared if known[key].process.argv != before[key].process.argv),
        left=tuple(
            one for key, one in known.items() if one.left and not (key in before and before[key].left)
        ),
        gone=tuple(one for key, one in before.items() if key not in known),
    )
    now = times.text(census.at)
    there = {one.session for one in known.values()}
    told = {name: count for name, count in ledger.told.items() if name in there}
    marks = {
        key: (before and ledger.marks.get(key)) or CpuMark(now, one.process.cpu_seconds)
        for key, one in known.items()
    }
    after = ProcessLedger(
        boot=census.boot, at=now, known=known, ours=ours, left_out=census.left_out, told=told, marks=marks
    )
    return after, changes


def our_own(census: Census) -> tuple[str, ...]:
    """Return the box's first process and the oldest of its children: what starts the sessions, and never ends.

    What lost its parent becomes a child of the first one too, but not an older one.
    """
    first = [one for one in census.processes if one.pid == census.first]
    children = [one for one in census.processes if one.parent == census.first and not one.marker]
    return tuple(one.key for one in [*first, *sorted(children, key=lambda one: (one.start, one.pid))[:1]])


class ProcessLook:
    """One look, with what it needs to say whose a process is."""

    def __init__(self, census: Census, lives: Sequence[SessionSpan], ours: tuple[str, ...]) -> None:
        self.now, self.ours = census.at, ours
        self.keys = {one.pid: one.key for one in census.processes}
        self.lives = {life.name: life for life in lives}

    def session(self, process: Process, parent: KnownProcess | None) -> tuple[str, str]:
        """Say which session began a process, and how we know; nothing for what is not the agent's."""
        if parent and parent.session:
            return parent.session, BY_PARENT
        if self.may_be(process):
            return process.marker, BY_MARKER
        if parent and parent.process.key in self.ours and (name := self.at(process)):
            return name, BY_TIME
        return "", ""  # somebody looks into the box from outside, or its parent ended while we looked

    def may_be(self, process: Process) -> bool:
        """Say whether the session that its environment names can have begun it. The environment is the agent's."""
        life = self.lives.get(process.marker)
        return life is not None and life.began - NEAR <= times.parse(process.began)

    def at(self, process: Process) -> str:
        """Return the newest session that had begun when a process did."""
        began = times.parse(process.began) + NEAR
        since = [life for life in self.lives.values() if life.began <= began]
        return max(since, key=lambda life: life.began).name if since else ""

    def left(self, session: str) -> str:
        """Return since when what is left of a session is: its end, or nothing while it goes on."""
        life = self.lives.get(session)
        over = life is not None and life.ended is not None and self.now >= life.ended + GRACE
        return times.text(life.ended) if life and life.ended and over else ""


def folded(
    before: dict[str, KnownProcess], alive: dict[str, Process], look: ProcessLook
) -> dict[str, KnownProcess]:
    """Return what is known of the processes that live, parents before their children."""
    known: dict[str, KnownProcess] = {}
    now = times.text(look.now)
    for process in sorted(alive.values(), key=lambda one: (one.start, one.pid)):
        earlier = before.get(process.key)
        session, by = (earlier.session, earlier.by) if earlier else ("", "")
        if not session and process.key not in look.ours:
            session, by = look.session(process, known.get(look.keys.get(process.parent, "")))
        known[process.key] = KnownProcess(
            process=process,
            first=earlier.first if earlier else now,
            last=now,
            session=session,
            by=by,
            left=(earlier.left if earlier else "") or look.left(session),
            told=earlier.told if earlier else False,
        )
    return known


def roots(ledger: ProcessLedger) -> Iterator[KnownProcess]:
    """Yield what is left behind, without what that has begun itself."""
    leftover_pids = {one.process.pid for one in ledger.known.values() if one.left}
    for one in ledger.known.values():
        if one.left and one.process.parent not in leftover_pids:
            yield one


def has_strangers(ledger: ProcessLedger) -> bool:
    """Say whether there is a process of which nobody knows whose it is."""
    return any(not one.session and key not in ledger.ours for key, one in ledger.known.items())


def root_of(ledger: ProcessLedger, key: str) -> KnownProcess | None:
    """Return what is left behind that a process belongs to; None when it is no leftover."""
    pids = {one.process.pid: one for one in ledger.known.values()}
    one = ledger.known.get(key)
    for _ in range(len(pids)):
        parent = pids.get(one.process.parent) if one and one.left else None
        if parent is None or not parent.left:
            break
        one = parent
    return one if one and one.left else None


def cpu_seconds(ledger: ProcessLedger) -> dict[str, float]:
    """Return what every process and all that it began have used, of those that were there at the last look."""
    total = {key: one.process.cpu_seconds for key, one in ledger.known.items()}
    keys = {one.process.pid: key for key, one in ledger.known.items()}
    for key, one in sorted(ledger.known.items(), key=lambda pair: -pair[1].process.start):
        above = keys.get(one.process.parent)
        if above and above != key:
            total[above] += total[key]
    return total
