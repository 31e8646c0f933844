"""Find out who made a submission while the agent works, and take it into the log."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from nab.actions.bench import Bench
from nab.actions.boxes import proxy
from nab.core.facts import UploadSeen
from nab.core.intervals import Interval
from nab.core.outcomes import attribution
from nab.core.outcomes.attribution import Connection, Maker, Suspect, Upload
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call
from nab.core.recording.processes.ledger import GRACE, ProcessLedger, has_strangers, root_of, roots
from nab.core.recording.processes.leftovers import identity
from nab.core.recording.processes.processes import SessionSpan, open_session
from nab.core.runs.runs import Orphan, Run
from nab.core.text import times
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import records
from nab.edges.kernel import connections, processes
from nab.edges.kernel.cgroup_folders import Group

WATCH_SECONDS = 60.0  # from then on its connections are looked at
KEPT_SECONDS = 120.0
MOST_KEPT = 5_000
SETTLED = GRACE + timedelta(seconds=1)  # by then it is known what outlived a session that ended meanwhile


class Uploads:
    """Follows the record of calls from where it was left. `upto` is how far nothing is left to do, in bytes."""

    def __init__(self, bench: Bench, run: Run, group: Group, upto: int) -> None:
        self.bench, self.run, self.group = bench, run, group
        self.record = bench.run(run.name).http
        self.read_to = upto
        self.watch_until = 0.0
        self.waiting: list[tuple[int, Upload]] = []
        self.held: dict[tuple[int, int], Interval[datetime]] = {}  # port, socket: seen from, to
        self.pids: dict[int, set[int]] = {}  # who holds a socket
        self.seen: deque[Connection] = deque(maxlen=MOST_KEPT)
        self.since = clock.now()  # what was before, nobody watched
        self.here: dict[str, Suspect] = {}
        self.gone = {one.name: one for one in map(of_orphan, run.orphans) if one.ended}

    @property
    def may_go_on(self) -> bool:
        """Say whether an upload may be under way."""
        return clock.monotonic() < self.watch_until

    @property
    def upto(self) -> int:
        return self.waiting[0][0] if self.waiting else self.read_to

    def glance(self) -> bool:
        """Read what the proxy has written since. Says whether an upload was announced or made."""
        found = False
        if records.size(self.record) > self.read_to:
            for place, line in records.lines_after(self.record, self.read_to):
                self.read_to = place + len(line) + 1
                found = self.read(place, line) or found
        if self.may_go_on:
            self.look_at_connections()
        return found

    def read(self, place: int, line: bytes) -> bool:
        """Read a line if it tells of an upload, or of an address asked for before one; most are not decoded."""
        if not lines.UPLOADS.matches(line):
            return False
        call = lines.decode(line, Call)
        if call is None or call.graphql is None or call.denied or call.session != proxy.WORK:
            return False
        self.watch_until = clock.monotonic() + WATCH_SECONDS
        if call.graphql.submission:
            began = times.parse(call.time)
            ended = began + timedelta(seconds=call.seconds)
            self.waiting.append((place, Upload(call.graphql.submission, began, ended, call.client_port)))
        return True

    def look_at_connections(self) -> None:
        """See who holds a connection to the proxy. Only for one that is new, files are gone through."""
        now, there = clock.now(), connections.open_now(self.group)
        new = {socket for port, socket in there.items() if (port, socket) not in self.held}
        if new:
            self.pids |= connections.holders(self.group, processes.pids_of(self.group), new)
        for port, socket in there.items():
            before = self.held.get((port, socket))
            self.held[port, socket] = Interval(before.began if before else now, now)

    def wants_owners(self, ledger: ProcessLedger) -> bool:
        """Say whether somebody holds a connection whom the ledger does not know yet."""
        if not self.may_go_on:
            return False
        known = {one.process.pid for one in ledger.known.values()}
        return any(not pids <= known for pids in self.pids.values())

    def settle(self, ledger: ProcessLedger, lives: list[SessionSpan], *, last: bool = False) -> None:
        """Say whose the uploads are, after a look at the processes; those of this moment after the next one."""
        self.note_holders(ledger, lives)
        now = clock.now()
        there = self.suspects(ledger, now)
        while self.waiting and (last or now >= self.waiting[0][1].ended + SETTLED):
            upload = self.waiting[0][1]
            watched = upload.began >= self.since and not has_strangers(ledger)
            maker = attribution.maker(
                upload, [*attribution.of_lives(lives), *there], self.seen, watched=watched
            )
            self.note(upload, maker)
            failpoints.reach(Failpoint.UPLOAD_TOLD)
            self.waiting.pop(0)

    def note_holders(self, ledger: ProcessLedger, lives: list[SessionSpan]) -> None:
        """Give the connections that were seen the names of who held them, while those are known."""
        keys = {one.process.pid: key for key, one in ledger.known.items()}
        for (port, socket), held in self.held.items():
            names = {self.name(ledger, keys[pid], lives) for pid in self.pids.get(socket, ()) if pid in keys}
            self.seen.extend(Connection(port, name, held.began, held.ended) for name in names if name)
        self.held, self.pids = {}, {}
        horizon = clock.now() - timedelta(seconds=KEPT_SECONDS)
        while self.seen and self.seen[0].ended < horizon:
            self.seen.popleft()

    @staticmethod
    def name(ledger: ProcessLedger, key: str, lives: list[SessionSpan]) -> str:
        """Name what a process belongs to, as one who may have made an upload."""
        one = ledger.known[key]
        if root := root_of(ledger, key):
            return attribution.leftover(identity(ledger, root))
        return attribution.session(one.session) if one.session and one.session == open_session(lives) else ""

    def suspects(self, ledger: ProcessLedger, now: datetime) -> list[Suspect]:
        """Return what was left behind, and when it was there; also what has gone a short while ago."""
        before, self.here = self.here, {}
        for one in roots(ledger):
            name = attribution.leftover(identity(ledger, one))
            self.here[name] = Suspect(name, times.parse(one.left))
        horizon = min([now, *(upload.began for _, upload in self.waiting)]) - timedelta(seconds=KEPT_SECONDS)
        for name in before.keys() - self.here.keys():
            self.gone[name] = Suspect(name, before[name].began, now)
        self.gone = {name: one for name, one in self.gone.items() if one.ended and one.ended > horizon}
        return [*self.here.values(), *self.gone.values()]

    def note(self, upload: Upload, maker: Maker) -> None:
        """Write it down, in the round that was open."""
        windows = self.bench.rounds().values()
        open_then = [one.number for one in windows if one.opens <= upload.began < one.closes]
        fact = UploadSeen(
            submission=upload.submission, by=maker.by, how=maker.how, candidates=maker.candidates
        )
        self.bench.log.append(
            fact,
            entrant=self.run.entrant,
            run=self.run.name,
            round=open_then[-1] if open_then else None,
            valid=upload.ended,
            id=f"upload:{upload.submission}",
        )


def of_orphan(orphan: Orphan) -> Suspect:
    """Return what the log tells of a leftover as one who may have made an upload."""
    ended = times.parse(orphan.ended.ended) if orphan.ended else None
    return Suspect(attribution.leftover(orphan.seen.identity), times.parse(orphan.seen.since), ended)
