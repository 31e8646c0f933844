"""Look at the processes of a coding agent's box while it runs: who began each, and what outlives its session."""

from __future__ import annotations

from collections import Counter

import click
import msgspec

from nab.actions.bench import Bench
from nab.actions.recording import foreign_bytes
from nab.actions.recording.processes import state
from nab.actions.recording.processes.session_times import Lives, of_log
from nab.actions.recording.processes.uploads import SETTLED, Uploads
from nab.core.errors import BUSY, FAILED, NabError
from nab.core.facts import OrphanEnded, OrphanSeen
from nab.core.log.events import Draft
from nab.core.recording.processes import cpu_series, leftovers, record, used
from nab.core.recording.processes import ledger as process_ledger
from nab.core.recording.processes.ledger import GRACE
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import locks, records
from nab.edges.kernel import cgroups, pidfds, priority, processes

DUTY = "process-census"
TICK_SECONDS, BUSY_TICK_SECONDS = 0.1, 0.02  # between two glances; while an upload may go on
LIVES_SECONDS = 0.5  # between two glances at the sessions
SUMMARY_SECONDS = 60.0
MONTH_BYTES = 1 << 30  # beyond it only leftovers and summaries have lines, until the month (UTC) is over
CLOSING_SECONDS = 10.0  # a census that saw the end of its box needs no longer
AFTER_AN_END = GRACE.total_seconds() + 0.1


def watch(bench: Bench, name: str) -> None:
    """Look every so often until the box ends. Raises NabError (busy) when the run has a census."""
    priority.stand_back()
    with locks.held(bench.run(name).lock(DUTY), what=f"the process census of {name}"):
        run = bench.runs().get(name)
        if run is None:
            raise NabError(
                f"no run {name!r} in the event log", hint="make status names them", exit_code=FAILED
            )
        box = bench.agent_box(name)
        if box is None or not box.running:
            return
        with pidfds.opened(box.pid) as life:
            group = cgroups.group(box.pid)
            if life is None or group is None:
                return
            census = Census(bench, run, group)
            while not pidfds.ended_within(life, census.rest()):
                locks.look()
                foreign_bytes.read(bench, name, "the processes of its box", census.tick, None)
            census.box_ended()


class Census:
    """The census of one run: what is known of its processes, and when to look again."""

    def __init__(self, bench: Bench, run: Run, group: cgroups.Group) -> None:
        self.bench, self.run, self.group = bench, run, group
        self.paths, self.limits = bench.run(run.name), bench.config.settings.recording.segments
        self.state = state.load(self.paths)
        self.lives = Lives(self.paths, of_log(run))
        self.uploads = Uploads(bench, run, group, self.state.upto)
        self.told = {one.seen.identity: one.seen for one in run.open_orphans}
        self.untold = tuple(self.told)  # their ends, if nobody saw them
        self.counted = Counter(one.seen.session for one in run.orphans)
        self.recorded = state.recorded_after(self.paths, self.state.ledger.at)
        self.due = self.summary_due = self.lives_due = clock.monotonic()

    def rest(self) -> float:
        """Return the seconds until the next glance."""
        return BUSY_TICK_SECONDS if self.uploads.may_go_on else TICK_SECONDS

    def tick(self) -> None:
        """Glance at what is cheap to see, and look at the processes when it is time."""
        now = clock.monotonic()
        if now >= self.lives_due:
            self.lives_due = now + LIVES_SECONDS
            self.look_at_sessions(now)
        if self.uploads.glance():
            self.due = now
        if self.uploads.wants_owners(self.state.ledger):
            self.due = now
        if now >= self.due:
            self.due = now + self.bench.config.settings.recording.processes_every
            self.look()

    def look_at_sessions(self, now: float) -> None:
        """See whether a session has begun or ended; what it began with or left is looked at soon."""
        changed = self.lives.look()
        self.count_cpu()
        if changed:
            self.due = min(self.due, now + (LIVES_SECONDS if self.lives.open else AFTER_AN_END))

    def look(self) -> None:
        """Look at every process once, and write down what changed."""
        before = self.state.ledger
        known = {one.process.pid: one.process for one in before.known.values()}
        census = processes.census(self.group, known)
        ledger, changes = process_ledger.look(before, census, self.lives.all)
        ledger = leftovers.remembered(ledger, self.told, self.counted)
        ledger, seen, ended = leftovers.news(before, ledger, changes)
        self.state.ledger = ledger
        self.count_cpu()
        for line in record.lines(ledger, changes):
            if record.of(line) not in self.recorded:
                self.write(line)
        self.recorded = set()
        failpoints.reach(Failpoint.CENSUS_RECORDED)
        self.tell(seen, [*ended, *leftovers.lost(ledger, self.untold)])
        self.untold = ()
        self.uploads.settle(ledger, self.lives.all)
        if self.uploads.waiting:
            self.due = min(self.due, clock.monotonic() + SETTLED.total_seconds())
        summary_is_due = clock.monotonic() >= self.summary_due
        if summary_is_due:
            self.summary_due = clock.monotonic() + SUMMARY_SECONDS
            self.write_used()
            self.write(record.summary(ledger, self.state.cpu))
            self.lives.forget({one.session for one in self.state.ledger.known.values()})
        if seen or summary_is_due or changes != process_ledger.Changes():
            failpoints.reach(Failpoint.CENSUS_TOLD)
            self.save()

    def count_cpu(self) -> None:
        """Count what the box has used since, in the series that it belongs to."""
        counted = cgroups.cpu_seconds(self.group)
        self.state.cpu = cpu_series.add(self.state.cpu, counted, clock.now(), self.lives.all)

    def write_used(self) -> None:
        """Write down who used the CPU since it was last told."""
        self.state.ledger, lines = used.lines(self.state.ledger)
        for line in lines:
            self.write(line)

    def write(self, line: record.ProcessLine | record.More | record.ProcessSummary | used.UsedLine) -> None:
        """Append a line of the record; one that grows too fast gets the most needed ones."""
        is_left = isinstance(line, record.ProcessLine) and line.what == "left"
        needed = is_left or isinstance(line, record.ProcessSummary)
        if needed or not self.is_long():
            records.append_line(self.paths.processes, msgspec.json.encode(line), self.limits)

    def is_long(self) -> bool:
        month = clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return records.size_since(self.paths.processes, month) > MONTH_BYTES

    def tell(self, seen: list[OrphanSeen], ended: list[OrphanEnded]) -> None:
        """Tell the log of what goes on after its session, and of its end."""
        for one in seen:
            self.note(one, f"orphan:{one.identity}")
            click.echo(f"{times.text(clock.now())} process census: {one.argv} outlived {one.session}")
        for over in ended:
            self.note(over, ended_name(over))

    def note(self, fact: OrphanSeen | OrphanEnded, name: str) -> None:
        self.bench.log.append_all([draft(self.run, fact, name)])

    def save(self) -> None:
        self.state.upto = self.uploads.upto
        state.save(self.paths, self.state)

    def box_ended(self) -> None:
        """Write down the end of everything."""
        self.lives.look()
        self.uploads.glance()
        self.uploads.settle(self.state.ledger, self.lives.all, last=True)
        ledger = leftovers.remembered(self.state.ledger, self.told, self.counted)
        self.tell([], leftovers.all_ended(ledger, self.untold, times.text(clock.now())))
        failpoints.reach(Failpoint.CENSUS_CLOSED)
        self.write_used()
        self.write(record.summary(ledger, self.state.cpu))
        self.state.ledger = msgspec.structs.replace(ledger, known={})
        self.save()


def close(bench: Bench, name: str) -> None:
    """Tell the log of the end of what goes on by it, of a run whose box is over: its census may have ended before."""
    paths = bench.run(name)
    try:
        with locks.held(paths.lock(DUTY), what=f"the process census of {name}", wait_seconds=CLOSING_SECONDS):
            run, at = bench.runs()[name], times.text(clock.now())
            over = [OrphanEnded(identity=one.seen.identity, ended=at) for one in run.open_orphans]
            bench.log.append_all([draft(run, one, ended_name(one)) for one in over])
            kept = state.load(paths)
            if kept.ledger.known:
                kept.ledger = msgspec.structs.replace(kept.ledger, known={})
                state.save(paths, kept)
    except NabError as error:
        if error.exit_code != BUSY:
            raise  # a census that lives closes its own book


def draft(run: Run, fact: OrphanSeen | OrphanEnded, name: str) -> Draft:
    """Return what is appended of a leftover, once."""
    return Draft(fact=fact, entrant=run.entrant, run=run.name, id=f"{run.name}:{name}")


def ended_name(over: OrphanEnded) -> str:
    """Name the end of a leftover, which is told once."""
    return f"orphan:{over.identity}:ended"
