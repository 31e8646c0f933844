import pytest

from nab.actions.runs.ending import session_end
from nab.core.facts import SessionEnding
from support.worlds.following import RUN, Following


@pytest.fixture
def following(tmp_path):
    return Following(tmp_path)


def test_a_box_that_ended_leaves_no_session_open(following):
    following.looking.look()

    session_end.close_with_its_box(following.bench, RUN)
    session_end.close_with_its_box(following.bench, RUN)

    (ended,) = following.facts("session.ended")
    assert (ended.ending, ended.exit_code) == (SessionEnding.KILLED, None)


def test_a_session_that_its_box_says_has_ended_is_classed_by_what_it_printed(following):
    following.looking.look()
    following.ends("work-1", "basic")

    session_end.close_with_its_box(following.bench, RUN)

    (ended,) = following.facts("session.ended")
    assert (ended.ending, ended.exit_code, ended.calls) == (SessionEnding.DONE, 0, 3)


def test_where_no_session_is_open_none_is_closed(following):
    session_end.close_with_its_box(following.bench, RUN)

    assert following.facts("session.ended") == []


def raises(*_, **__):
    raise OverflowError("year 58882 is out of range")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (session_end.transcripts, "tally"),
        (session_end.transcripts, "stderr_tail"),
        (session_end, "classify"),
        (session_end.counting, "quiet"),
        (session_end.counting, "count"),
    ],
)
def test_an_end_that_cannot_be_read_is_an_end_and_is_on_record(following, monkeypatch, module, name):
    following.looking.look()
    following.ends("work-1", "basic")
    monkeypatch.setattr(module, name, raises)

    following.looking.look()

    (ended,) = following.facts("session.ended")
    assert ended.exit_code == 0
    (gap,) = following.facts("gap.seen")
    assert "year 58882" in gap.reason
    assert following.again().run.open_session is None


@pytest.mark.parametrize(
    "line",
    [
        b'{"type":"turn.failed","error":{"message":"usage limit, try again at 2026-11-25T01:00:00+99:00"}}',
        b'{"type":"turn.failed","error":"\\ud83d"}',
        b'{"type":"turn.failed","error":{"message":null,"codex_error_info":[[[5]]]}}',
        b"[" * 200_000,
        b'{"type":"turn.completed","usage":{"input_tokens":' + b"9" * 9000 + b"}}",
        b'{"thread_id":"\\udc00","type":"\\udc00"}',
        b"\xff\xfe\x00",
    ],
)
def test_no_last_line_keeps_a_session_open(following, line):
    following.looking.look()
    following.ends("work-1", "killed")
    with (following.paths.outbox.own_path / "work-1" / "stdout").open("ab") as file:
        file.write(b"\n" + line + b"\n")

    following.looking.look()

    assert len(following.facts("session.ended")) == 1
    assert following.facts("gap.seen") == []


def test_lines_that_could_not_be_read_are_counted(following):
    following.looking.look()
    following.ends("work-1", "basic")
    stdout = following.paths.outbox.own_path / "work-1" / "stdout"
    stdout.write_bytes(b'{"type":"item.comp\n{"type":"item.\n' + stdout.read_bytes())

    following.looking.look()

    (ended,) = following.facts("session.ended")
    assert (ended.ending, ended.unreadable) == (SessionEnding.DONE, 2)
