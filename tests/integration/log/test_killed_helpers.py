"""Whoever writes the log and a file of its own is killed between the two; what comes after it tells all of it once."""

import hashlib
import json
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from msgspec import structs

from nab.actions.disks import watch as disk_watch
from nab.actions.disks.watch import DiskWatch
from nab.actions.health import alarms as health_alarms
from nab.actions.log import checkpoint, derived, verify
from nab.actions.recording import predictions
from nab.actions.recording.calls.denials import Denials
from nab.actions.recording.processes import census, leftovers, state
from nab.actions.scores import diagnostics
from nab.actions.turns import scheduler
from nab.actions.upkeep.gc import removals
from nab.actions.upkeep.sync import lag
from nab.core.facts import (
    CallsDenied,
    DiagnosticsSeen,
    Dropped,
    Intervened,
    OrphanEnded,
    OrphanSeen,
    OutcomeChanged,
    Poll,
    RunStarted,
    SessionEnded,
    SessionEnding,
    SessionStarted,
    SubmissionSeen,
    SyncFailing,
    SyncRecovered,
    TurnBegan,
    UploadSeen,
)
from nab.core.outcomes.outcomes import settles
from nab.core.recording.processes import leftovers as core_leftovers
from nab.core.recording.processes.processes import Census, Process
from nab.core.recording.segments import SegmentLimits
from nab.core.text import times
from nab.core.upkeep.disks import DiskUsage, Room
from nab.core.upkeep.gc import Item, ItemKind
from nab.edges import clock
from nab.edges.failpoints import Failpoint
from nab.edges.files import files, records
from nab.edges.kernel import cgroups, connections, processes
from nab.edges.log import heads, log_files
from nab.edges.untrusted import workspaces
from support.programs.killed import killed_at
from support.records.logs import NOON, ROUND, RUN, WHO, enrolled, intended, round_seen
from support.repository.benches import bench_on
from support.servers.told_bytes import NumeraiOfBytes, answer
from support.worlds.sync import SyncWorld, git

BEGAN = clock.now() - timedelta(hours=2)
ENDED = BEGAN + timedelta(hours=1)


@pytest.fixture
def bench(tmp_path):
    return bench_on(tmp_path)


def facts(bench, kind):
    return [event.fact for event in anew(bench).log.events() if isinstance(event.fact, kind)]


def anew(bench):
    """Return the bench as another process has it."""
    return bench_on(bench.paths.root.parent)


# The log itself


@pytest.mark.parametrize("id", [None, "mine"])
def test_an_event_that_was_written_and_not_noted_is_there_once_and_noted_by_the_next(bench, id):
    bench.log.append(Poll(ok=True))
    killed_at(Failpoint.LOG_WRITTEN, lambda: bench.log.append(Poll(ok=False), id=id))
    assert heads.noted(bench.paths.events).seq == 1

    added = anew(bench).log.append(Poll(ok=False), id=id)

    assert added.seq == (2 if id else 3)
    assert heads.noted(bench.paths.events).seq == added.seq == anew(bench).log.last_seq


@pytest.mark.parametrize("place", [Failpoint.LOG_ASIDE, Failpoint.LOG_MENDED])
@pytest.mark.parametrize("tail", [b'{"crc":"0', None], ids=["torn", "no newline"])
def test_a_tail_half_mended_loses_nothing_and_is_mended_by_the_next(bench, place, tail):
    bench.log.append(Poll(ok=True))
    acked = bench.log.append(Poll(ok=True))
    (segment,) = bench.paths.events.glob("*.jsonl")
    whole = segment.read_bytes()
    segment.write_bytes(whole + tail if tail else whole[:-1] + b"\0")
    killed_at(place, lambda: bench.log.append(Poll(ok=False)))

    anew(bench).log.append(Poll(ok=True))

    assert segment.read_bytes().startswith(whole)
    assert acked in anew(bench).log.events()
    kept = [path.read_bytes() for path in log_files.torn_folder(bench.paths.events).iterdir()]
    assert set(kept) == {tail or whole.splitlines(keepends=True)[1][:-1] + b"\0"}


# A run's records


@pytest.mark.parametrize("place", [Failpoint.SEGMENT_CLOSED, Failpoint.SEGMENT_BEGUN])
@pytest.mark.parametrize("half", [b"", b'{"ha'], ids=["whole lines", "half a line"])
def test_a_record_whose_writer_is_killed_between_two_segments_has_every_line_once(bench, place, half):
    record, limits = bench.run(RUN).resources, SegmentLimits(20)
    lines = [b"line %d" % number for number in range(9)]
    for line in lines[:3]:
        records.append_line(record, line, limits)
    with record.open("ab") as torn:
        torn.write(half)
    read = list(records.lines_after(record, 0))
    killed_at(place, lambda: records.append_line(record, lines[3], limits))
    closed = record.read_bytes()

    for line in lines[3:]:
        records.append_line(record, line, limits)

    assert [line for line in records.lines(record) if line != half or not half] == lines
    assert list(records.lines_after(record, 0))[:3] == read
    assert record.read_bytes() == closed
    assert len(records.of(record)) == 3


# The process census


class Box:
    """A box whose processes are given; each look is taken by a census that goes by what it finds of the others'."""

    def __init__(self, bench, monkeypatch):
        self.bench, self.pids, self.strangers = bench, {1: "", 2: ""}, set()
        self.paths = bench.run(RUN)
        told = [
            structs.replace(intended(), llm="gpt-6.1-sol"),
            RunStarted(started_at=times.text(BEGAN)),
            SessionStarted(session="work-1", mode="first", conversation="c"),
        ]
        for fact in told:
            bench.log.append(fact, entrant=WHO, run=RUN, valid=BEGAN)
        over = SessionEnded(
            session="work-1",
            ending=SessionEnding.DONE,
            reason="so",
            began=times.text(BEGAN),
            ended=times.text(ENDED),
        )
        bench.log.append(over, entrant=WHO, run=RUN, valid=ENDED)
        monkeypatch.setattr(processes, "census", lambda group, known: self.seen())
        monkeypatch.setattr(cgroups, "cpu_seconds", lambda group: 1.5)
        monkeypatch.setattr(connections, "open_now", lambda group: {})

    def seen(self):
        found = (
            Process(
                pid=pid,
                start=pid,
                began=times.text(BEGAN + timedelta(seconds=pid)),
                parent=0 if pid in self.strangers else min(pid - 1, 1),
                argv=argv,
                marker="work-1" if pid > 2 and pid not in self.strangers else "",
            )
            for pid, argv in self.pids.items()
        )
        return Census(at=clock.now(), boot="boot0000", first=1, processes=tuple(found))

    def census(self):
        bench = anew(self.bench)
        return census.Census(bench, bench.runs()[RUN], None)

    def look(self):
        found = self.census()
        found.uploads.glance()
        found.look()

    def ends(self):
        self.census().box_ended()

    def told(self, kind):
        return Counter(fact.identity.rpartition("-")[2] for fact in facts(self.bench, kind))

    def lines(self):
        found = map(json.loads, records.lines(self.paths.processes))
        return Counter((line["what"], line["pid"]) for line in found if "pid" in line)


@pytest.fixture
def box(bench, monkeypatch):
    box = Box(bench, monkeypatch)
    box.look()
    return box


def test_a_swarm_fills_so_much_of_a_month_and_the_next_month_is_recorded_again(box, monkeypatch):
    monkeypatch.setattr(census, "MONTH_BYTES", 10)
    box.pids[3] = "work-1"
    box.look()
    assert box.lines()["left", 3] == 1 and not box.lines()["appeared", 3]

    later = clock.now() + timedelta(days=32)
    monkeypatch.setattr(clock, "now", lambda: later)
    box.pids[4] = "later"
    box.look()

    assert box.lines()["appeared", 4] == 1
    assert len(records.of(box.paths.processes)) > 1


LOOKED = [Failpoint.CENSUS_RECORDED, Failpoint.CENSUS_TOLD]


@pytest.mark.parametrize("kept", [True, False], ids=["", "its file is gone"])
@pytest.mark.parametrize("place", LOOKED)
def test_what_a_killed_census_saw_begin_and_end_is_told_once(box, place, kept):
    box.pids |= {50: "sleep 600", 60: "sleep 700"}
    killed_at(place, box.look)
    if not kept:
        box.paths.process_ledger.unlink()
    if place is Failpoint.CENSUS_TOLD:
        box.strangers = {50}  # nothing but the log can tell any more whose it was
    successor = box.census()
    successor.look()
    del box.pids[50]
    successor.look()
    assert box.told(OrphanEnded) == {"50": 1}
    box.pids |= {70: "sleep 800"}
    successor.look()
    killed_at(place, lambda: (box.pids.pop(60), box.look()))
    if not kept:
        box.paths.process_ledger.unlink()
    del box.pids[60]
    for _ in range(2):
        box.look()

    assert box.told(OrphanSeen) == {"50": 1, "60": 1, "70": 1}
    assert box.told(OrphanEnded) == {"50": 1, "60": 1}
    lines = {what: count for what, count in box.lines().items() if what[1] > 2}
    assert set(lines.values()) == {1}
    assert {what for what in lines if what[0] != "gone"} == {
        (what, pid) for what in ("appeared", "left") for pid in (50, 60, 70)
    }
    assert [one.id for one in leftovers.seen(box.paths)] == ["boot0000-70-70"]


def test_no_more_leftovers_are_told_after_a_kill_than_without(box, monkeypatch):
    monkeypatch.setattr(core_leftovers, "MOST_TOLD", 2)
    box.pids |= {50: "a", 60: "b", 70: "c"}
    killed_at(Failpoint.CENSUS_TOLD, box.look)
    box.look()

    assert box.told(OrphanSeen) == {"50": 1, "60": 1}


@pytest.mark.parametrize("place", [*LOOKED, Failpoint.CENSUS_CLOSED, None])
@pytest.mark.parametrize("closes", ["the next census", "whoever ends the run"])
def test_of_a_box_that_is_over_nothing_goes_on(box, place, closes):
    box.pids |= {50: "sleep 600"}
    if place in LOOKED:
        killed_at(place, box.look)
    else:
        box.look()
    if place is Failpoint.CENSUS_CLOSED:
        killed_at(place, box.ends)
    for _ in range(2):
        box.ends() if closes == "the next census" else census.close(anew(box.bench), RUN)

    assert box.told(OrphanSeen) == box.told(OrphanEnded) == ({} if place is LOOKED[0] else {"50": 1})
    assert leftovers.seen(box.paths) == []
    assert anew(box.bench).runs()[RUN].open_orphans == ()


def test_who_ends_the_run_leaves_the_end_of_its_leftovers_to_a_census_that_lives(box, monkeypatch):
    box.pids |= {50: "sleep 600"}
    box.look()
    monkeypatch.setattr(census, "CLOSING_SECONDS", 0)
    with census.locks.held(box.paths.lock(census.DUTY), what="the census"):
        census.close(anew(box.bench), RUN)

    assert box.told(OrphanEnded) == {}
    assert len(state.load(box.paths).ledger.known) == 3


def submission(number):
    began = BEGAN + timedelta(minutes=number)
    return {
        "schema": 2, "time": times.text(began), "phase": "done", "seq": number, "run": RUN, "session": "work",
        "id": f"{number}", "method": "POST", "scheme": "https", "port": 443, "host": "api-tournament.numer.ai",
        "path": "/", "status": 200, "seconds": 1, "category": "numerai",
        "graphql": {"operation": "mutation", "fields": ["createSubmission"], "submission": f"s{number}"},
    }  # fmt: skip


def written(paths, lines):
    files.make_folder(paths.http.parent)
    with paths.http.open("ab") as file:
        file.writelines(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)


@pytest.mark.parametrize("kept", [True, False], ids=["", "its file is gone"])
@pytest.mark.parametrize("times_told", [1, 2])
def test_an_upload_whose_telling_was_cut_short_is_told_once(box, times_told, kept):
    written(box.paths, map(submission, (1, 2)))
    killed_at(Failpoint.UPLOAD_TOLD, box.look, times_told)
    if not kept:
        box.paths.process_ledger.unlink()
    for _ in range(2):
        box.look()

    assert [fact.submission for fact in facts(box.bench, UploadSeen)] == ["s1", "s2"]


# Other records of a run


def refusal(number):
    host = f"host{number % 3}.example"
    denied = {"rule": "port", "why": "port 22 is closed"}
    return submission(number) | {"host": host, "graphql": None, "denied": denied}


@pytest.mark.parametrize("times_told", [1, 2, 3])
def test_refused_calls_are_counted_once_by_whoever_follows_a_record(bench, times_told):
    written(bench.run(RUN), map(refusal, range(7)))

    def follow():
        follower = Denials(anew(bench), WHO, RUN)
        follower.resume()
        follower.look(last=True)

    killed_at(Failpoint.DENIALS_TOLD, follow, times_told)
    for _ in range(2):
        follow()

    told = facts(bench, CallsDenied)
    assert sorted((fact.host, fact.count) for fact in told) == [
        ("host0.example", 3),
        ("host1.example", 2),
        ("host2.example", 2),
    ]


def test_that_a_disk_fills_up_is_on_record_once_for_each_time_that_an_agent_was_told(bench, monkeypatch):
    bench.log.append(structs.replace(intended(), disk="watched"), entrant=WHO, run=RUN)
    share = {"now": 96}
    monkeypatch.setattr(DiskWatch, "room", lambda self: (DiskUsage(Room(share["now"], 1)), Room(100, 100)))

    def look():
        DiskWatch(anew(bench), anew(bench).runs()[RUN]).look()

    killed_at(Failpoint.DISK_TOLD, look)
    assert facts(bench, Intervened) == []
    for _ in range(2):
        look()
    assert len(facts(bench, Intervened)) == 1
    share["now"] = 10
    look()
    assert not (bench.run(RUN).control / disk_watch.NOTE).exists()
    share["now"] = 97
    look()
    assert len(facts(bench, Intervened)) == 2


def test_a_record_that_was_said_to_go_goes_and_that_is_said_once(bench):
    bench.log.append(intended(), entrant=WHO, run=RUN)
    paths = bench.run(RUN)
    files.make_folder(paths.bodies.parent)
    paths.bodies.write_bytes(b"x" * 100)
    item = Item(ItemKind.BODIES, "bodies", 100, RUN)

    def drop():
        removals.drop_bodies(anew(bench), anew(bench).runs()[RUN], item)

    killed_at(Failpoint.DROP_TOLD, drop)
    assert paths.bodies.exists()
    drop()

    assert not paths.bodies.exists()
    assert [fact.what for fact in facts(bench, Dropped)] == ["bodies"]


def test_what_was_read_of_diagnoses_is_the_same_after_a_kill_as_read_anew(bench):
    asked = {"operation": "mutation", "fields": ["createDiagnostics"]}
    written(bench.run(RUN), [submission(number) | {"graphql": asked} for number in range(3)])
    killed_at(Failpoint.SCAN_KEPT, lambda: diagnostics.scan(anew(bench), RUN))
    after = diagnostics.scan(bench, RUN)
    bench.run(RUN).scan.unlink()

    assert (after.diagnosed, after) == (3, diagnostics.scan(bench, RUN))


@pytest.mark.parametrize("place", [Failpoint.PREDICTION_KEPT, Failpoint.PREDICTIONS_LISTED])
@pytest.mark.parametrize("kind", ["submission", "diagnostics"])
def test_an_upload_waits_until_what_is_kept_of_it_is_whole_and_listed_once(bench, place, kind):
    paths, content = bench.run(RUN), b"id,prediction\na,0.5\n"
    name = f"{hashlib.sha256(content).hexdigest()}.{kind}"
    paths.uploads.mkdir(parents=True)
    (paths.uploads / name).write_bytes(content)

    killed_at(place, lambda: predictions.keep(anew(bench), RUN))
    assert [path.name for path in paths.uploads.iterdir()] == [name]
    before = sorted(path.read_bytes() for path in paths.predictions.glob("*.gz"))
    predictions.keep(anew(bench), RUN)

    assert [(one.kind, one.bytes) for one in predictions.uploads(paths)] == [(kind, len(content))]
    assert sorted(path.read_bytes() for path in paths.predictions.glob("*.gz")) == before != []
    assert list(paths.uploads.iterdir()) == []


def test_a_whole_answer_that_was_kept_and_not_told_is_told_by_the_next_look(bench):
    bench.log.append(intended(), entrant=WHO, run=RUN)
    asked = {"operation": "mutation", "fields": ["createDiagnostics"]}
    put = {"method": "PUT", "path": "/d/f.csv", "upload_sha256": "ab" * 32}
    written(bench.run(RUN), [submission(1) | {"graphql": asked}, submission(2) | put])
    whole = {"id": "d", "filename": "f.csv", "status": "done"}

    def look():
        return diagnostics.fetch(anew(bench), NumeraiOfBytes(lambda *_: answer(diagnostics=[whole])))

    killed_at(Failpoint.DIAGNOSIS_KEPT, look)
    assert facts(bench, DiagnosticsSeen) == []
    (kept,) = bench.run(RUN).diagnoses.iterdir()

    assert [look(), look()] == [1, 0]
    assert [f"{fact.answer}.json.gz" for fact in facts(bench, DiagnosticsSeen)] == [kept.name]
    assert list(bench.run(RUN).diagnoses.iterdir()) == [kept]


def test_a_turn_that_was_told_is_told_once(bench):
    bench.log.append(intended(), entrant=WHO, run=RUN)

    def begin():
        events = anew(bench).log.events()
        table = scheduler.Table(anew(bench), "slot", events, scheduler.ledger(events), None, None)
        table.note(TurnBegan(because="it is its turn"), RUN, "turn-1:began")

    killed_at(Failpoint.TURN_TOLD, begin)
    begin()

    assert len(facts(bench, TurnBegan)) == 1


# What is derived, and who tells people


@pytest.fixture
def missed(bench):
    """A bench that published a round as missed, and now knows better."""
    bench.log.append(intended(), entrant=WHO, run=RUN)
    bench.log.append(enrolled(), entrant=WHO, run=RUN, valid=NOON.replace(day=15))
    bench.log.append(round_seen(), round=ROUND.number)
    bench.log.append(Poll(ok=True), entrant=WHO, valid=settles(ROUND))
    derived.publish(bench)
    seen = SubmissionSeen(submission="s1", status="on-time", selected=True, inserted_at=times.text(NOON))
    bench.log.append(seen, entrant=WHO, round=ROUND.number)
    return bench


@pytest.mark.parametrize("place", [Failpoint.OUTCOMES_TOLD, Failpoint.DERIVED_WRITTEN])
@pytest.mark.parametrize("times_told", [1, 2])
def test_an_outcome_that_changed_is_told_once_and_every_file_says_so(missed, place, times_told):
    times_told = 1 if place is Failpoint.OUTCOMES_TOLD else times_told
    killed_at(place, lambda: derived.publish(anew(missed)), times_told)
    derived.publish(anew(missed))

    assert [fact.new for fact in facts(missed, OutcomeChanged)] == ["verified on-time"]
    assert ", 0 made again" in verify.verify(anew(missed)).words


def test_a_checkpoint_that_was_not_renewed_tells_the_same_as_the_log(missed):
    recent = partial(type(missed), missed.config, "test", recent=True)
    derived.publish(missed)
    assert checkpoint.renew(recent(), more=1)
    missed.log.append(Poll(ok=True), entrant=WHO, valid=settles(ROUND) + timedelta(hours=1))
    killed_at(Failpoint.CHECKPOINT_DUE, lambda: checkpoint.renew(recent(), more=1))

    assert recent().standings().rows == anew(missed).standings().rows
    assert checkpoint.renew(recent(), more=1)
    assert recent().standings().rows == anew(missed).standings().rows


def test_a_person_whom_nobody_knows_to_be_told_is_told_again_and_then_no_more(bench, capfd):
    bench.log.append(enrolled(), entrant=WHO, run=RUN, valid=clock.now() - timedelta(hours=1))
    killed_at(Failpoint.ALARMS_SENT, lambda: health_alarms.look(anew(bench)))

    assert [bool(health_alarms.look(anew(bench))) for _ in range(3)] == [True, False, False]
    assert "ALARM the window watcher" in capfd.readouterr().out


# The sync


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    return SyncWorld(tmp_path.resolve())


def ticked(world):
    world.change("")
    world.tick()


def of_the_sync(world):
    return [fact for event in bench_on(world.folder, world.settings).log.events() if (fact := event.fact)]


@pytest.mark.parametrize("kept", [True, False], ids=["", "its file is gone"])
def test_a_sync_that_fails_and_recovers_tells_each_once(world, kept):
    world.happen(1)
    ticked(world)
    away = world.remote.rename(world.folder / "away.git")
    world.happen(1)
    ticked(world)
    noted = lag.last(world.bench)
    files.replace_json(
        lag.file_of(world.bench),
        structs.replace(noted, failing_since=times.text(clock.now() - timedelta(hours=1))),
    )
    killed_at(Failpoint.SYNC_TOLD, lambda: ticked(world))
    ticked(world)
    if not kept:
        lag.file_of(world.bench).unlink()
    away.rename(world.remote)
    killed_at(Failpoint.SYNC_TOLD, lambda: ticked(world))
    for _ in range(2):
        ticked(world)

    kinds = [type(fact) for fact in of_the_sync(world) if not isinstance(fact, Poll)]
    assert kinds == [SyncFailing, SyncRecovered]
    assert lag.last(world.bench).told is False


def test_that_somebody_else_pushed_is_told_once_and_both_are_kept(world):
    world.happen(1)
    ticked(world)
    git(world.folder, "clone", "--quiet", "--branch", world.branch, str(world.remote), "theirs")
    (world.folder / "theirs" / "theirs.txt").write_text("theirs")
    git(world.folder / "theirs", "add", ".")
    git(world.folder / "theirs", "commit", "--quiet", "-m", "theirs")
    git(world.folder / "theirs", "push", "--quiet")
    world.happen(1)
    killed_at(Failpoint.SYNC_TOLD, lambda: ticked(world))
    for _ in range(2):
        ticked(world)

    assert world.kinds() == ["sync.diverged"]
    assert "theirs.txt" in world.show("log", "--name-only", world.branch)
    (segment,) = world.bench.paths.events.glob("*.jsonl")
    assert world.joined(f"events/{segment.name}").count("\n") >= 2
    world.sound()


def test_what_the_remote_does_not_want_is_told_once(world):
    hook = world.remote / "hooks" / "update"
    hook.write_text(
        '#!/bin/sh\nif git ls-tree -r --name-only "$3" | grep -q unwanted; then\n'
        "  echo 'results/unwanted.txt is not wanted' >&2; exit 1\nfi\n"
    )
    hook.chmod(0o755)
    world.happen(1)
    world.lay("results/unwanted.txt", "x")
    killed_at(Failpoint.SYNC_TOLD, lambda: ticked(world))
    for _ in range(3):
        ticked(world)

    assert world.kinds() == ["sync.refused"]
    assert world.left_out() == {"results/unwanted.txt": "refused by the remote"}
