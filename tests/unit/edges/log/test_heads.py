"""A log that lost events is found by whoever reads or writes it, and nobody writes over what happened."""

import re
import shutil

import pytest

from nab.core.errors import FAILED, NabError
from nab.core.facts import LogLost, Poll
from nab.core.log.events import decode, link
from nab.edges.files import files
from nab.edges.log import heads, log_files
from nab.edges.log.event_log import EventLog
from support.records.three_months import at, three_months

STOPPED = re.compile("got shorter|is damaged")


@pytest.fixture
def folder(tmp_path):
    return three_months(tmp_path / "events")


def content(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.jsonl")}


def lines(folder, month):
    return (folder / f"2026-{month:02}.jsonl").read_bytes().splitlines(keepends=True)


def keep(folder, month, count):
    (folder / f"2026-{month:02}.jsonl").write_bytes(b"".join(lines(folder, month)[:count]))


def older_copy(folder):
    """Put a copy back that was made before the last two events, and that went on by itself."""
    heads.file_of(folder).rename(kept := folder.with_name("kept"))
    keep(folder, 6, 0)
    for _ in range(4):
        at(folder, 6).append(Poll(ok=False, error="another"))
    kept.rename(heads.file_of(folder))


LOSSES = {
    "emptied": lambda folder: keep(folder, 6, 0),
    "cut at a line end": lambda folder: keep(folder, 6, 1),
    "an older one cut at a line end": lambda folder: keep(folder, 5, 2),
    "an older one emptied": lambda folder: keep(folder, 5, 0),
    "the first is missing": lambda folder: (folder / "2026-04.jsonl").unlink(),
    "one in the middle is missing": lambda folder: (folder / "2026-05.jsonl").unlink(),
    "the last is missing": lambda folder: (folder / "2026-06.jsonl").unlink(),
    "only the last is left": lambda folder: [(folder / f"2026-0{one}.jsonl").unlink() for one in (4, 5)],
    "all are missing": lambda folder: [path.unlink() for path in folder.glob("*.jsonl")],
    "the folder is missing": shutil.rmtree,
    "an older copy that went on": older_copy,
}
AT_WORK = {
    "reads": lambda log: log.events(),
    "tells the newest seq": lambda log: log.last_seq,
    "writes": lambda log: log.append(Poll(ok=True)),
    "writes what may be there": lambda log: log.append(Poll(ok=True), id="mine"),
    "writes nothing": lambda log: log.append_all([]),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_whoever_works_with_a_log_that_lost_events_is_stopped_and_changes_nothing(folder, loss):
    before_it = [(EventLog(folder, "another"), work) for work in AT_WORK.values()]
    for log, _ in before_it:
        assert len(log.events()) == log.last_seq == 7
    loss(folder)
    left = content(folder)

    for log, work in [*before_it, *((EventLog(folder, "another"), work) for work in AT_WORK.values())]:
        with pytest.raises(NabError, match=STOPPED) as raised:
            work(log)
        assert raised.value.exit_code == FAILED
    assert content(folder) == left


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_with_what_was_lost_put_back_all_goes_on(folder, loss):
    whole = content(folder)
    loss(folder)
    folder.mkdir(exist_ok=True)
    for name, written in whole.items():
        (folder / name).write_bytes(written)

    assert at(folder, 6).append(Poll(ok=True)).seq == 8
    assert EventLog(folder, "another").last_seq == 8


def test_a_copy_that_is_longer_than_what_is_known_goes_on(folder):
    known = heads.noted(folder)
    at(folder, 6).append(Poll(ok=True))
    heads.note(folder, known)

    assert len(EventLog(folder, "another").events()) == EventLog(folder, "another").last_seq == 8
    assert at(folder, 6).append(Poll(ok=True)).seq == 9
    assert heads.noted(folder).seq == 9


@pytest.mark.parametrize("behind", range(1, 7))
def test_a_note_that_lags_is_no_alarm_and_is_brought_up_to_date_by_the_next_writer(folder, behind):
    written = [line for month in (4, 5, 6) for line in lines(folder, month)]
    heads.note(folder, link(decode(written[-1 - behind]), written[-1 - behind]))

    assert EventLog(folder, "another").last_seq == len(EventLog(folder, "another").events()) == 7
    assert at(folder, 6).append(Poll(ok=True)).seq == heads.noted(folder).seq == 8


@pytest.mark.parametrize("note", [None, b"", b"\0" * heads.heads.LENGTH, b"0" * 500], ids=str)
def test_a_note_that_is_missing_or_damaged_is_no_alarm_and_is_written_anew(folder, note):
    file = heads.file_of(folder)
    file.unlink() if note is None else file.write_bytes(note)

    assert EventLog(folder, "another").last_seq == len(EventLog(folder, "another").events()) == 7
    assert at(folder, 6).append(Poll(ok=True)).seq == heads.noted(folder).seq == 8


def test_a_note_that_cannot_be_written_costs_no_event(folder, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(files, "overwrite", refuse)
    at(folder, 6).append(Poll(ok=True))
    monkeypatch.undo()

    assert heads.noted(folder).seq == 7
    assert at(folder, 6).append(Poll(ok=True)).seq == heads.noted(folder).seq == 9


def test_what_a_dead_writer_left_unnoted_is_noted_by_whoever_finds_it_written(folder):
    known = heads.noted(folder)
    at(folder, 6).append(Poll(ok=True), id="mine")
    heads.note(folder, known)

    assert at(folder, 6).append(Poll(ok=True), id="mine").seq == heads.noted(folder).seq == 8


def test_a_month_that_begins_after_an_empty_file_is_looked_at_by_its_ends_only(folder, monkeypatch):
    (folder / "2026-07.jsonl").touch()
    at(folder, 8).append(Poll(ok=True))
    monkeypatch.setattr(log_files, "read", None)  # from here on nothing may be read whole

    assert at(folder, 8).append(Poll(ok=True)).seq == EventLog(folder, "another").last_seq == 9


def test_a_person_may_go_on_without_what_is_lost_and_the_log_says_so(folder):
    lost = heads.noted(folder)
    keep(folder, 6, 1)
    log = at(folder, 6)

    event = log.accept_loss(6)

    assert (event.seq, event.fact) == (7, LogLost(had=7, head=lost.prev))
    assert EventLog(folder, "another").events()[-1] == event
    assert log.append(Poll(ok=True)).seq == heads.noted(folder).seq == 8


def test_all_of_a_log_may_be_lost(folder):
    shutil.rmtree(folder)

    assert at(folder, 6).accept_loss(0).seq == 1
    assert at(folder, 6).append(Poll(ok=True)).seq == 2


def test_a_loss_is_accepted_only_by_who_has_looked_and_only_where_there_is_one(folder):
    with pytest.raises(NabError, match="nothing is lost"):
        at(folder, 6).accept_loss(7)
    keep(folder, 6, 1)
    before = content(folder)
    with pytest.raises(NabError, match="ends at event 6, not at 5"):
        at(folder, 6).accept_loss(5)
    (folder / "2026-05.jsonl").unlink()
    with pytest.raises(NabError, match="is damaged"):
        at(folder, 6).accept_loss(6)

    assert content(folder) == {name: text for name, text in before.items() if name != "2026-05.jsonl"}
