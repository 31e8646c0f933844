"""What is told of leftovers: to the next session, in the box, to people, and in what is derived."""

import json
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from nab.actions.log import derived
from nab.actions.prompts import session
from nab.actions.recording.processes import leftovers, state
from nab.actions.recording.processes.session_times import of_log
from nab.actions.recording.processes.state import ProcessState
from nab.actions.reports import live_runs, status
from nab.actions.transcripts import live_view
from nab.core.facts import (
    OrphanEnded,
    OrphanSeen,
    RunStarted,
    SessionEnded,
    SessionEnding,
    SessionStarted,
    UploadSeen,
)
from nab.core.recording.processes.ledger import KnownProcess, ProcessLedger
from nab.core.recording.processes.processes import Process
from nab.core.runs.ending.next_session import Mode
from nab.core.runs.runs import runs
from nab.core.text import times
from nab.edges import clock
from support.repository.benches import bench_on
from support.worlds.boxes_of_processes import RUN, WHO, intended

SINCE = "2026-05-16T13:05:00.000Z"
LINE = "process 20: python trade.py (started in work-1, running since 2026-05-16T13:04:00.000Z)"


def known(pid, parent=1, argv="python trade.py", session="work-1"):
    process = Process(
        pid=pid, start=pid, began="2026-05-16T13:04:00.000Z", parent=parent, inside=pid, argv=argv,
        cpu_seconds=3600.0,
    )  # fmt: skip
    return KnownProcess(process=process, first=SINCE, last=SINCE, session=session, left=SINCE, told=True)


class Left:
    """A run of which the log and the census know something that goes on."""

    def __init__(self, folder):
        self.bench = bench_on(folder)
        self.paths = self.bench.run(RUN)
        self.add(intended())
        self.add(RunStarted(started_at=times.text(clock.now() - timedelta(minutes=9))))
        self.paths.control.mkdir(parents=True)
        (self.paths.control / session.TASK).write_text("Take part.")

    def add(self, fact):
        self.bench.log.append(fact, entrant=WHO, run=RUN)

    def leaves(self, *ones):
        ledger = ProcessLedger(boot="b1", at=SINCE, known={one.process.key: one for one in ones})
        state.save(self.paths, ProcessState(ledger=ledger))

    @property
    def run(self):
        return runs(self.bench.log.events())[RUN]


@pytest.fixture
def left(tmp_path):
    return Left(tmp_path)


def seen():
    return OrphanSeen(
        identity="b1-20-20", argv="python trade.py", session="work-1", since=SINCE, pid=20, began=SINCE
    )


def begun(mode, **more):
    return SessionStarted(session="work-2", mode=mode.value, conversation="c", **more)


@pytest.mark.parametrize("mode", [Mode.RESUME, Mode.FRESH])
def test_a_later_session_is_told_what_goes_on_after_its_other_words(left, mode):
    left.add(begun(mode, because="done"))
    run = left.run
    usual = session.text("Take part.", run, run.sessions[0])
    left.add(begun(mode, because="done", leftovers=(LINE, "and 3 more")))
    run = left.run

    text = session.text("Take part.", run, run.sessions[1])

    assert text.startswith(f"{usual}\n\nThese programs of your earlier sessions are still running:")
    assert f"\n- {LINE}\n- and 3 more\n" in text
    assert "/run/nab/processes.md" in text


def test_the_list_in_the_box_is_kept_up_with_the_census(left):
    note = leftovers.Note(left.paths, left.run)
    file = left.paths.control / leftovers.NOTE

    note.look()
    assert file.read_text() == "Nothing of an earlier session is running.\n"
    left.leaves(known(20))
    note.look()
    assert f"\n- {LINE[:-1]}, 1.0 CPU h)\n" in file.read_text()
    left.leaves(*(known(pid) for pid in range(20, 50)))
    note.look()
    assert file.read_text().endswith("- and 10 more\n")


def test_an_agent_of_the_other_arm_is_told_nothing_and_has_no_list(left):
    run = left.run
    silent = replace(run, intended=msgspec.structs.replace(run.intended, tells_leftovers=False))
    left.leaves(known(20))
    leftovers.Note(left.paths, silent).look()

    assert not (left.paths.control / leftovers.NOTE).exists()
    assert leftovers.told(left.bench, silent) == ()


def test_the_first_session_is_told_nothing(left):
    assert leftovers.told(left.bench, left.run) == ()


def test_status_says_in_a_line_what_goes_on(left):
    left.add(begun(Mode.FIRST))
    left.leaves(known(20), known(21, parent=20), known(30, argv="sh loop.sh", session="work-2"))
    derived.publish(left.bench)

    (run,) = status.status(left.bench).runs
    _, _, told = live_runs.cells(run)

    assert (
        "; 1 process left by work-1: python trade.py (since 2026-05-16T13:04:00.000Z, 2.0 CPU h); 1 pro"
        in told
    )
    assert "1 process left by work-2: sh loop.sh (since" in told


def test_a_ledger_that_cannot_be_read_is_nothing_known(left):
    left.paths.process_ledger.write_bytes(b'{"schema": 1, "ledg')
    assert leftovers.seen(left.paths) == []
    left.paths.process_ledger.write_bytes(b'{"schema": 99}')
    assert leftovers.seen(left.paths) == []


def test_run_json_keeps_what_was_left_and_the_overview_what_still_is(left):
    left.add(seen())
    derived.publish(left.bench)
    assert json.loads(left.paths.record.read_text())["left_behind"][0]["argv"] == "python trade.py"
    assert json.loads(left.bench.paths.overview.read_text())["runs"][0]["left_behind"] != []
    left.add(OrphanEnded(identity="b1-20-20", ended=SINCE, cpu_seconds=7.5))
    derived.publish(left.bench)

    assert json.loads(left.paths.record.read_text())["left_behind"][0]["cpu_seconds"] == 7.5
    assert json.loads(left.bench.paths.overview.read_text())["runs"][0]["left_behind"] == []
    assert left.run.open_orphans == ()


def test_who_watches_reads_of_it(left):
    for fact in (
        seen(),
        OrphanEnded(identity="b1-20-20", ended=SINCE, cpu_seconds=7200),
        UploadSeen(submission="s1", by="leftover:b1-20-20"),
        UploadSeen(submission="s0"),
    ):
        left.add(fact)

    notes = [shown.text for event in left.bench.log.events() if (shown := live_view.note(event))]
    assert notes == [
        "process 20 outlived work-1: python trade.py (b1-20-20)",
        "b1-20-20 is gone, after 2.0 CPU h",
        "submission s1 was made by leftover:b1-20-20",
    ]


def test_a_session_of_the_log_is_a_life_with_its_own_times(left):
    left.add(begun(Mode.FIRST))
    left.add(
        SessionEnded(
            session="work-2", ending=SessionEnding.DONE, reason="", began=SINCE, ended="2099-01-01T00:00:00Z"
        )
    )

    (life,) = of_log(left.run)
    assert (life.name, life.ended.year) == ("work-2", 2099)
