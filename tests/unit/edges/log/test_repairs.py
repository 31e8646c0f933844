"""The end of a log, mended by the next writer: an event counts whatever ends its line, and none is moved aside."""

import pytest

from nab.core.errors import NabError
from nab.core.facts import LogRepaired, Poll
from nab.core.log.events import Link
from nab.edges.log import heads
from nab.edges.log.event_log import EventLog
from support.records.three_months import at, three_months


@pytest.fixture
def folder(tmp_path):
    return three_months(tmp_path / "events")


def lines(folder, month):
    return (folder / f"2026-{month:02}.jsonl").read_bytes().splitlines(keepends=True)


NEWLINES = {
    "missing": b"",
    "another byte": b"\x0b",
    "CRLF": b"\r\n",
    "zeros": b"\0" * 4096,
    "garbage": b"\0{}\n",
}


@pytest.mark.parametrize("newline", NEWLINES.values(), ids=NEWLINES)
def test_an_event_whose_newline_was_changed_is_kept_and_this_is_told(folder, newline):
    path, written = folder / "2026-06.jsonl", lines(folder, 6)
    events = EventLog(folder, "another").events()
    path.write_bytes(path.read_bytes()[:-1] + newline)

    assert EventLog(folder, "another").events() == events
    assert EventLog(folder, "another").last_seq == 7
    added = at(folder, 6).append(Poll(ok=True))

    told = EventLog(folder, "another").events()[-2].fact
    assert lines(folder, 6)[:2] == written
    assert (added.seq, type(told), told.moved_bytes) == (9, LogRepaired, len(newline))
    assert told.reason.startswith("event 7 had no newline; it counts")
    assert [path.read_bytes() for path in folder.glob("torn/*")] == [written[-1][:-1] + newline] * bool(
        newline
    )


@pytest.mark.parametrize("between", [b"\x0b", b""], ids=["another byte", "joined"])
@pytest.mark.parametrize("newline", [b"\n", b"\x0b", b""], ids=["whole", "another byte", "missing"])
def test_of_two_events_that_became_one_line_at_the_end_both_are_kept(folder, between, newline):
    path, written = folder / "2026-06.jsonl", lines(folder, 6)
    path.write_bytes(written[0][:-1] + between + written[1][:-1] + newline)

    assert len(EventLog(folder, "another").events()) == 7
    assert at(folder, 6).append(Poll(ok=True)).seq == 9
    assert lines(folder, 6)[:2] == written


@pytest.mark.parametrize("known", [True, False])
def test_an_acknowledged_event_that_is_no_line_any_more_is_never_moved_aside_where_its_head_is_known(
    folder, known
):
    path = folder / "2026-06.jsonl"
    path.write_bytes(path.read_bytes()[:-5] + b"!!!!!")
    if not known:
        heads.file_of(folder).unlink()

    if known:
        with pytest.raises(NabError, match="got shorter: it ends at event 6"):
            at(folder, 6).append(Poll(ok=True))
    else:
        assert at(folder, 6).append(Poll(ok=True)).seq == 8
    assert (folder / "torn").exists() is not known


DAMAGES = {
    "another byte": lambda text: text.replace(b"\n", b"\x0b", 1),
    "joined": lambda text: text.replace(b"\n", b"", 1),
    "CRLF": lambda text: text.replace(b"\n", b"\r\n"),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "an empty line": lambda text: text.replace(b"\n", b"\n\n", 1),
    "zeros": lambda text: b"\0" * 512 + text,
}


@pytest.mark.parametrize("month", [4, 5])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_changed_in_the_middle_stops_every_reader(folder, damage, month):
    path = folder / f"2026-{month:02}.jsonl"
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(NabError, match=f"is damaged: {path} line"):
        EventLog(folder, "another").events()


def test_an_end_that_is_right_but_of_another_chain_stops_every_reader_and_writer(folder):
    path = folder / "2026-06.jsonl"
    stranger = at(folder.with_name("others"), 6).append(Poll(ok=True))
    path.write_bytes(path.read_bytes() + (folder.with_name("others") / path.name).read_bytes()[:-1])
    heads.note(folder, Link(7, heads.noted(folder).prev))

    assert stranger.seq == 1
    for work in (EventLog.events, EventLog.check, lambda log: log.append(Poll(ok=True))):
        with pytest.raises(NabError, match="line 3: its seq is 1"):
            work(EventLog(folder, "another"))
