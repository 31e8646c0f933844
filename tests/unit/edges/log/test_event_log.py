import errno
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.core.errors import BUSY, FAILED, NabError
from nab.core.facts import LogRepaired, Poll, Tick
from nab.core.log.events import Draft, Link
from nab.edges.files import locks
from nab.edges.log import event_log, heads, log_files
from nab.edges.log.event_log import EventLog

MAY = datetime(2026, 5, 31, 23, 59, tzinfo=UTC)
JUNE = MAY + timedelta(hours=1)
FACT = Poll(ok=True, listed=2)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "events"


@pytest.fixture
def log(folder):
    return EventLog(folder, "test 1", now=lambda: MAY)


def at(log: EventLog, now: datetime) -> EventLog:
    return EventLog(log.folder, "test 1", now=lambda: now)


def names(folder: Path) -> list[str]:
    return [segment.name for segment in log_files.present(folder)]


def torn(folder: Path) -> list[bytes]:
    kept = log_files.torn_folder(folder)
    return [path.read_bytes() for path in sorted(kept.iterdir())] if kept.exists() else []


def test_log_that_was_never_written_is_empty_and_makes_no_folder(log, folder):
    assert (log.events(), log.last_seq, folder.exists()) == ([], 0, False)


def test_appended_event_is_read_back_as_it_was_returned(log):
    happened = datetime(2026, 5, 30, tzinfo=UTC)
    event = log.append(FACT, entrant="codex-l4", round=1269, run="r", valid=happened, id="mine")

    assert log.events() == [event]
    assert (event.fact, event.id, event.by, event.seq) == (FACT, "mine", "test 1", 1)
    assert (event.valid, event.known) == ("2026-05-30T00:00:00.000Z", "2026-05-31T23:59:00.000Z")


def test_event_without_an_id_is_given_one_of_its_own(log):
    assert len({log.append(FACT).id for _ in range(3)}) == 3


def test_same_id_is_written_once_by_whomever(log, folder):
    first = log.append(FACT, id="once")
    again = at(log, JUNE).append(Poll(ok=False), id="once")

    assert again == first
    assert log.events() == [first]


def test_id_within_the_data_of_an_event_is_not_its_id(log):
    log.append(Tick(window="w", decisions={"id": ("once", "once")}))

    assert log.append(FACT, id="once").seq == 2


def test_several_events_are_written_together_and_returned_in_their_order(log):
    old = log.append(FACT, id="old")
    drafts = [
        Draft(fact=FACT),
        Draft(fact=FACT, id="old"),
        Draft(fact=FACT, id="new"),
        Draft(fact=FACT, id="new"),
    ]

    events = log.append_all(drafts)

    assert [event.seq for event in events] == [2, 1, 3, 3]
    assert log.events() == [old, events[0], events[2]]


def test_nothing_to_append_writes_nothing(log, folder):
    assert log.append_all([]) == []
    assert names(folder) == []


def test_log_as_of_a_seq_is_its_beginning(log):
    events = [log.append(FACT) for _ in range(5)]

    assert log.events(upto_seq=3) == events[:3]
    assert log.last_seq == 5


def test_each_month_has_its_segment_and_one_chain_goes_through_them(log, folder):
    log.append(FACT)
    at(log, JUNE).append(FACT)

    assert names(folder) == ["2026-05.jsonl", "2026-06.jsonl"]
    assert [event.seq for event in log.events()] == [1, 2]


def test_clock_that_goes_back_over_a_months_end_goes_on_in_the_newest_segment(log, folder):
    at(log, JUNE).append(FACT)
    log.append(FACT)

    assert names(folder) == ["2026-06.jsonl"]
    assert [event.seq for event in log.events()] == [1, 2]


@pytest.mark.full
def test_torn_tail_of_every_length_is_ignored_by_readers_and_moved_aside_by_the_next_writer(log, folder):
    log.append(FACT)
    path = folder / "2026-05.jsonl"
    before = path.stat().st_size
    second = log.append(Poll(ok=False, error="x"))
    whole = path.read_bytes()
    for length in range(1, len(whole) - before - 1):
        heads.note(folder, Link(1, second.prev))
        path.write_bytes(whole[: before + length])
        assert [event.seq for event in log.events()] == [1]

        added = log.append(FACT)

        repair = log.events()[1].fact
        assert isinstance(repair, LogRepaired)
        assert (repair.segment, repair.moved_bytes, added.seq) == (path.name, length, 3)
        assert torn(folder) == [whole[before : before + length]]
        assert second not in log.events()
        next(log_files.torn_folder(folder).iterdir()).unlink()


def test_torn_tail_of_the_only_line_is_moved_aside(log, folder):
    folder.mkdir()
    (folder / "2026-05.jsonl").write_bytes(b'{"crc')

    assert log.append(FACT).seq == 2
    assert torn(folder) == [b'{"crc']


def test_torn_tail_is_moved_aside_before_the_next_month_begins(log, folder):
    log.append(FACT)
    with (folder / "2026-05.jsonl").open("ab") as file:
        file.write(b'{"crc"')

    at(log, JUNE).append(FACT)

    assert [type(event.fact) for event in log.events()] == [Poll, LogRepaired, Poll]
    assert torn(folder) == [b'{"crc"']


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [*lines[:2], lines[2].replace(b"true", b"fals"), *lines[3:]], 3),
        (lambda lines: [*lines[:2], *lines[3:]], 3),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], 3),
        (lambda lines: [*lines[:3], *lines[2:]], 4),
    ],
    ids=["flipped", "deleted", "swapped", "duplicated"],
)
def test_changed_line_in_the_middle_stops_every_reader_and_names_its_place(log, folder, change, line):
    for _ in range(6):
        log.append(FACT)
    path = folder / "2026-05.jsonl"
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))

    with pytest.raises(NabError, match=f"{path} line {line}: ") as raised:
        log.events()
    assert raised.value.exit_code == FAILED


def test_nothing_is_appended_after_a_damaged_line(log, folder):
    log.append(FACT)
    path = folder / "2026-05.jsonl"
    path.write_bytes(path.read_bytes().replace(b"true", b"fals"))
    damaged = path.read_bytes()

    for id in (None, "mine"):
        with pytest.raises(NabError, match="line 1: the crc"):
            log.append(FACT, id=id)
    assert path.read_bytes() == damaged


@pytest.fixture
def fdatasync_fails(monkeypatch):
    """Fail the next so many syncs of a file; what was written is still there to be read, as on Linux."""
    left = {"times": 0}
    true_sync = os.fdatasync

    def fdatasync(file):
        if left["times"]:
            left["times"] -= 1
            raise OSError(errno.EIO, "Input/output error")
        true_sync(file)

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    return lambda times: left.update(times=times)


def test_segment_whose_sync_failed_is_left_and_the_event_is_in_its_successor(log, folder, fdatasync_fails):
    log.append(FACT)
    fdatasync_fails(1)
    event = log.append(FACT, id="mine")

    assert names(folder) == ["2026-05.jsonl", "2026-05.2.jsonl"]
    assert [(e.seq, e.kind) for e in log.events()] == [(1, "poll"), (2, "log.repaired"), (3, "poll")]
    assert (log.events()[2], log.append(FACT, id="mine")) == (event, event)
    assert log.append(FACT).seq == 4
    assert (folder / "2026-05.jsonl").read_bytes().count(b"\n") == 1


def test_line_that_comes_back_in_a_left_segment_after_a_power_cut_does_not_count(
    log, folder, fdatasync_fails
):
    log.append(FACT)
    confirmed = (folder / "2026-05.jsonl").read_bytes()
    log.append(FACT, id="unconfirmed")
    leftover = (folder / "2026-05.jsonl").read_bytes()
    (folder / "2026-05.jsonl").write_bytes(confirmed)
    heads.file_of(folder).unlink()
    fdatasync_fails(1)
    log.append(FACT)
    (folder / "2026-05.jsonl").write_bytes(leftover)

    assert [event.seq for event in log.events()] == [1, 2, 3]
    assert log.append(FACT, id="unconfirmed").seq == 4


def test_disk_that_never_confirms_is_an_error_and_nothing_is_left_half_written(log, folder, fdatasync_fails):
    before = log.append(FACT)
    fdatasync_fails(2)
    with pytest.raises(OSError, match="Input/output error"):
        log.append(FACT)

    assert log.events() == [before]
    assert log.append(FACT).seq == 2
    assert [event.seq for event in log.events()] == [1, 2]


@pytest.mark.parametrize(
    ("now", "id", "synced"),
    [(MAY, "there", ["2026-05.jsonl"]), (JUNE, None, ["2026-05.jsonl", "2026-06.jsonl"])],
    ids=["its id is there", "a new month begins"],
)
def test_line_of_a_writer_that_died_before_its_sync_is_confirmed_first(log, monkeypatch, now, id, synced):
    log.append(FACT, id="there")
    calls = []
    monkeypatch.setattr(
        os, "fdatasync", lambda file: calls.append(Path(f"/proc/self/fd/{file}").readlink().name)
    )

    at(log, now).append(FACT, id=id)

    assert calls == synced


def test_short_write_is_taken_back_and_the_log_goes_on_once_there_is_room(log, folder):
    log.append(FACT)
    path = folder / "2026-05.jsonl"
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            log.append(FACT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert path.read_bytes() == before
    assert log.append(FACT).seq == 2
    assert names(folder) == ["2026-05.jsonl"]


def test_failed_sync_of_the_folder_leaves_an_empty_segment_that_the_next_event_uses(log, folder, monkeypatch):
    folder.mkdir()
    monkeypatch.setattr(
        "nab.edges.files.files.sync_folder", lambda _: (_ for _ in ()).throw(OSError(errno.EIO, "EIO"))
    )
    with pytest.raises(OSError, match="EIO"):
        log.append(FACT)
    monkeypatch.undo()

    assert log.append(FACT).seq == 1


def test_an_event_is_found_by_its_id_and_not_by_an_id_in_the_data_of_others(log):
    log.append(Tick(window="w", decisions={"id": ("mine", '"id":"mine"')}), id="decoy")
    event = log.append(FACT, id="mine")
    quoted = log.append(FACT, id='of "x"\n')

    assert log.append(Poll(ok=False), id="mine") == event
    assert log.append(Poll(ok=False), id='of "x"\n') == quoted
    assert log.last_seq == 3


def test_log_held_by_a_stopped_writer_is_busy_and_not_waited_for_without_end(log, folder, monkeypatch):
    monkeypatch.setattr(event_log, "LOCK_SECONDS", 0.1)
    with (
        locks.held(folder / ".lock", what="it"),
        pytest.raises(NabError, match="the event log is busy") as raised,
    ):
        log.append(FACT)
    assert raised.value.exit_code == BUSY


STOPPED_WHILE_IT_WRITES = """
import sys
from pathlib import Path
from nab.core.facts import Poll
from nab.edges.log import event_log
real = event_log.extend
def extend(*what):
    print("writes", flush=True)
    sys.stdin.readline()
    return real(*what)
event_log.extend = extend
event_log.EventLog(Path(sys.argv[1]), "the first").append(Poll(ok=True, listed=2))
"""


def test_a_lock_file_deleted_while_a_writer_writes_lets_no_second_writer_in(log, folder, monkeypatch):
    monkeypatch.setattr(event_log, "LOCK_SECONDS", 0.1)
    first = subprocess.Popen(
        [sys.executable, "-c", STOPPED_WHILE_IT_WRITES, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout.readline() == "writes\n"
    (folder / ".lock").unlink()
    with pytest.raises(NabError, match="the event log is busy") as raised:
        log.append(FACT)
    assert raised.value.exit_code == BUSY

    first.communicate("\n")
    assert first.returncode == 0
    log.append(FACT)
    assert [event.by for event in log.events()] == ["the first", "test 1"]


MOMENTS = st.datetimes(datetime(2026, 4, 1), datetime(2026, 7, 1), timezones=st.just(UTC))
APPENDS = st.tuples(
    st.integers(0, 2), MOMENTS, st.text(max_size=40), st.sampled_from([None, "a", "b", "c", '"', "é\n"])
)


@pytest.mark.full
@settings(max_examples=50)
@given(appends=st.lists(APPENDS, max_size=12))
def test_any_appends_of_interleaved_writers_are_read_back_once_and_in_order(tmp_path_factory, appends):
    folder = tmp_path_factory.mktemp("log")
    expected, by_id = [], {}
    for writer, now, text, id in appends:
        event = EventLog(folder, f"writer {writer}", now=lambda now=now: now).append(
            Poll(ok=True, error=text), id=id
        )
        if id not in by_id:
            expected.append(event)
            assert (event.fact, event.by) == (Poll(ok=True, error=text), f"writer {writer}")
        assert by_id.get(id, event) == event
        if id:
            by_id[id] = event

    assert EventLog(folder, "reader").events() == expected
    assert [event.seq for event in expected] == list(range(1, len(expected) + 1))


def test_a_program_sees_what_others_append_and_reads_a_line_once(tmp_path, monkeypatch):
    mine, theirs = EventLog(tmp_path, "mine"), EventLog(tmp_path, "theirs")
    theirs.append(Poll(ok=True))
    assert len(mine.events()) == 1
    theirs.append_all([Draft(fact=Poll(ok=False)), Draft(fact=Poll(ok=True))])
    monkeypatch.setattr(log_files, "read", None)  # from here on nothing may be read again from its beginning

    assert [event.seq for event in mine.events()] == [1, 2, 3]
    assert [event.seq for event in mine.events(upto_seq=2)] == [1, 2]


def test_a_log_that_was_changed_behind_a_reader_is_read_again_from_its_beginning(tmp_path):
    log = EventLog(tmp_path, "test")
    log.append(Poll(ok=True))
    log.append(Poll(ok=True))
    assert len(log.events()) == 2
    (segment,) = tmp_path.glob("*.jsonl")
    first = segment.read_bytes().splitlines(keepends=True)[0]
    segment.write_bytes(first)
    heads.file_of(tmp_path).unlink()

    assert len(log.events()) == 1
    log.append(Poll(ok=False, error="x"))
    assert [event.fact.ok for event in log.events()] == [True, False]
