"""Writers that wait for the disk beside each other: each line is confirmed before its writer returns."""

import errno
import os
import threading

import pytest

from nab.core.errors import BUSY, NabError
from nab.core.facts import LogRepaired, Poll
from nab.edges import clock
from nab.edges.files import files, locks
from nab.edges.log import event_log, grips, heads, log_files, shared_syncs, witnesses
from nab.edges.log.event_log import EventLog

FACT = Poll(ok=True, listed=2)


@pytest.fixture
def folder(tmp_path):
    EventLog(tmp_path / "events", "first").append(FACT)
    return tmp_path / "events"


def by(folder):
    return [(event.seq, event.by if event.kind != "log.repaired" else "repaired") for event in events(folder)]


def events(folder):
    return EventLog(folder, "reader").events()


@pytest.fixture
def unconfirmed(folder, monkeypatch):
    """A writer that has written its line and is waiting for the disk."""
    with monkeypatch.context() as waiting:
        waiting.setattr(shared_syncs, "confirm", lambda *_: None)
        return EventLog(folder, "waiting").append(FACT)


def test_a_line_that_waits_for_the_disk_is_confirmed_and_noted_with_the_next(folder, unconfirmed):
    assert heads.noted(folder).seq == 1
    event = EventLog(folder, "next").append(FACT)

    assert (unconfirmed.seq, event.seq, heads.noted(folder).seq) == (2, 3, 3)
    assert by(folder) == [(1, "first"), (2, "waiting"), (3, "next")]


def test_whose_line_was_confirmed_by_anothers_sync_asks_for_none(folder, unconfirmed, monkeypatch):
    mine = EventLog(folder, "mine")
    real, calls = shared_syncs.confirm, []

    def after_another(where, written):
        with monkeypatch.context() as other:
            other.setattr(shared_syncs, "confirm", real)
            EventLog(folder, "quicker").append(FACT)
        monkeypatch.setattr(os, "fdatasync", calls.append)
        real(where, written)

    monkeypatch.setattr(shared_syncs, "confirm", after_another)
    mine.append(FACT)

    assert calls == []
    assert by(folder) == [(1, "first"), (2, "waiting"), (3, "mine"), (4, "quicker")]


def test_what_others_wrote_and_nobody_confirmed_is_saved_by_whoever_has_to_leave_the_segment(
    folder, unconfirmed, monkeypatch
):
    real, left = os.fdatasync, [1]

    def fdatasync(file):
        if left and left.pop():
            raise OSError(errno.EIO, "Input/output error")
        real(file)

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    event = EventLog(folder, "mine").append(FACT)

    assert by(folder) == [(1, "first"), (2, "waiting"), (3, "repaired"), (4, "mine")]
    assert events(folder)[1] == unconfirmed
    assert events(folder)[3] == event
    assert isinstance(events(folder)[2].fact, LogRepaired)
    segments = log_files.present(folder)
    assert [len((folder / one.name).read_bytes().splitlines()) for one in segments] == [2, 3]


def test_whoever_needs_the_log_alone_waits_for_those_who_wait_for_the_disk(folder, monkeypatch):
    real, reached, go_on = files.sync, threading.Event(), threading.Event()

    def slow(*what):
        reached.set()
        assert go_on.wait(30)
        real(*what)

    monkeypatch.setattr(files, "sync", slow)
    writer = threading.Thread(target=lambda: EventLog(folder, "slow").append(FACT))
    writer.start()
    assert reached.wait(30)
    with pytest.raises(NabError, match="busy") as raised, shared_syncs.alone(folder, 0.05):
        pass
    go_on.set()
    writer.join()

    assert raised.value.exit_code == BUSY
    with shared_syncs.alone(folder, 30):
        assert heads.noted(folder).seq == 2


def test_what_is_looked_at_before_a_line_is_written_does_not_grow(folder, monkeypatch):
    log = EventLog(folder, "test")
    log.append(FACT)
    monkeypatch.setattr(grips.Grip, "is_settled", lambda _: True)
    log.append(FACT)
    for module, name in ((witnesses, "present"), (log_files, "read"), (files, "ending"), (event_log, "find")):
        monkeypatch.setattr(module, name, None)
    read = []
    monkeypatch.setattr(os, "pread", lambda *what, real=os.pread: read.append(real(*what)) or read[-1])

    assert log.append(FACT).seq == 4
    assert sum(map(len, read)) <= 4096


def test_a_forked_child_and_its_parent_do_not_write_at_once(folder):
    log = EventLog(folder, "family")
    log.append(FACT)
    child = os.fork()
    for _ in range(20):
        log.append(FACT)
    if not child:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0

    assert [event.seq for event in events(folder)] == list(range(1, 43))


def test_a_folder_that_was_put_in_the_place_of_another_is_the_one_that_is_written(folder):
    log = EventLog(folder, "test")
    log.append(FACT)
    kept = folder.with_name("kept")
    folder.rename(kept)
    folder.mkdir()
    for path in kept.glob("*.jsonl"):
        (folder / path.name).write_bytes(path.read_bytes())
    log.append(FACT)

    assert len(events(folder)) == 3
    assert not locks.is_held(kept / ".lock")


def test_one_at_a_time_has_the_disk_confirm_and_what_was_written_meanwhile_is_confirmed_for_all(
    folder, monkeypatch
):
    real, reached, go_on, syncs = files.sync, threading.Event(), threading.Event(), []

    def slow(*what):
        syncs.append(what)
        reached.set()
        assert go_on.wait(30)
        real(*what)

    monkeypatch.setattr(files, "sync", slow)
    writers = [
        threading.Thread(target=lambda: EventLog(folder, "one of four").append(FACT)) for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    assert reached.wait(30)
    wait_for_lines(folder, 5)  # the others write beside it
    go_on.set()
    for writer in writers:
        writer.join()

    assert len(syncs) == 2
    assert heads.noted(folder).seq == 5


def wait_for_lines(folder, many):
    while sum(len(path.read_bytes().splitlines()) for path in folder.glob("*.jsonl")) < many:
        clock.pause(0.005)


def test_where_the_head_cannot_be_opened_every_line_is_confirmed_all_the_same(folder, monkeypatch):
    monkeypatch.setattr(heads, "taken", lambda _: None)
    EventLog(folder, "test").append(FACT)

    assert heads.noted(folder).seq == 2
