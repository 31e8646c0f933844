"""What a person sees of a session, and that what an agent says cannot drive a terminal."""

import unicodedata

import pytest

from nab.core.agents import views
from nab.core.agents.events import (
    AgentEnding,
    Cost,
    Error,
    Message,
    Other,
    SessionOpened,
    Tokens,
    ToolCall,
    ToolResult,
    TurnOpened,
)
from nab.core.text import terminal
from nab.core.text.terminal import Tone
from support.records.recorded import CODING, printed

AT = "2026-05-16T13:02:07.123Z"


def lines(event, width=80):
    one = views.shown(event)
    return terminal.lines(one, width) if one else []


def test_an_event_is_a_line_with_its_time_who_and_what():
    assert lines(Message(at=AT, role="assistant", text="Looking.")) == ["13:02:07 agent      Looking."]
    assert lines(ToolCall(at=AT, call="1", name="Bash", command="ls \n -l")) == ["13:02:07 Bash       ls -l"]
    assert lines(ToolCall(call="1", name="Read", arguments='{"file":"x"}')) == [
        '         Read       {"file":"x"}'
    ]
    assert lines(SessionOpened(at=AT, model="m", version="1.2")) == ["13:02:07 session    m 1.2"]
    assert lines(Cost(at=AT, scope="session", usd=0.5)) == [
        "13:02:07 cost       $0.5000 by its own count, this session"
    ]
    assert lines(Message(role="user", text="Do it.")) == ["         task       Do it."]
    assert lines(Message(role="assistant", text="Hm.", parent="call-1")) == ["         subagent   Hm."]


def test_a_result_shows_its_exit_code_and_a_few_lines_and_a_failure_is_red():
    text = "\n".join(f"line {number}" for number in range(100))
    shown = views.shown(ToolResult(call="1", text=text, failed=True, exit_code=2))

    laid = terminal.lines(shown, 80)

    assert shown.tone is Tone.WRONG
    assert laid[0].split() == ["[exit", "code", "2]", "line", "0"]
    assert len(laid) == 6
    assert laid[-1].strip() == "… 95 more lines"
    assert views.shown(ToolResult(call="1", text="")).tone is Tone.ANSWERED


def test_tokens_are_shown_where_a_turn_is_over_and_not_for_every_response():
    used = {"input": 1200, "cache_read": 30, "output": 4}
    assert lines(Tokens(scope="response", **used)) == []
    assert "1,200 in, 30 from the cache, 4 out (this turn)" in lines(Tokens(scope="turn", **used))[0]


def test_an_end_without_success_says_why_in_red():
    shown = views.shown(AgentEnding(success=False, reason="turn.failed", text="no credit"))

    assert (shown.text, shown.tone) == ("turn.failed: no credit", Tone.WRONG)
    assert views.shown(Error(text="again", again=True)).text == "again (it tries again)"


@pytest.mark.parametrize(
    "event", [TurnOpened(), Other(type="x"), Message(role="assistant", text=" "), SessionOpened()]
)
def test_what_says_nothing_is_not_shown(event):
    assert views.shown(event) is None


def test_long_texts_keep_to_the_width_and_words_without_end_are_broken():
    laid = lines(Message(at=AT, role="assistant", text="word " * 60 + "x" * 500), 80)

    assert len(laid) > 5
    assert max(map(len, laid)) <= 80
    assert all(line.startswith(" " * terminal.INDENT) for line in laid[1:])


def test_a_text_of_many_megabytes_is_cut():
    assert sum(map(len, lines(Message(role="assistant", text="long " * 10**6)))) < 10_000
    assert sum(map(len, lines(ToolResult(call="1", text="long " * 10**6)))) < 1_000


HOSTILE = "\x1b]0;owned\x07 \x1b[2J \x9b31m \r over \b \u202egnp.exe \u2066 \u200b \ufeff \x7f \u2028 \ud800 \U000e0041"
FIELDS = [
    Message(role="assistant", text=HOSTILE),
    Message(role="assistant", text=HOSTILE, thought=True),
    ToolCall(call=HOSTILE, name=HOSTILE, command=HOSTILE),
    ToolCall(call="1", name="x", arguments=HOSTILE),
    ToolResult(call="1", text=HOSTILE),
    SessionOpened(model=HOSTILE, version=HOSTILE),
    Tokens(scope="turn", model=HOSTILE),
    Error(text=HOSTILE, at=HOSTILE),
    AgentEnding(success=False, reason=HOSTILE, text=HOSTILE),
]


@pytest.mark.parametrize("event", FIELDS, ids=lambda event: type(event).__name__)
def test_nothing_that_could_drive_a_terminal_reaches_it(event):
    text = "".join(lines(event, 200))

    assert text
    assert {unicodedata.category(one) for one in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()


def test_a_character_that_is_not_shown_is_named():
    assert terminal.safe("a\x1b[31m\tb\r\nc") == "a\\x1b[31m    b\nc"


@pytest.mark.parametrize("agent", CODING)
def test_a_real_session_is_readable(agent):
    text = "\n".join(line for event in printed(agent, "basic") for line in lines(event))

    assert "agent" in text
    assert "turn over" in text
    assert "tokens" in text


@pytest.mark.parametrize("at", ["", "yesterday", "2026-13-01", "9" * 40, "0001-01-01T00:00:00+23:59"])
def test_what_is_no_time_is_left_blank(at):
    assert views.instant(at) is None


def test_in_full_nothing_is_cut_and_written_code_keeps_its_lines():
    code = "cat > a.py <<'END'\n" + "x = 1\n" * 500 + "END"
    file = ToolCall(
        call="2", name="write_file", arguments='{"path": "a.py", "content": "a\\n\\n  b", "n": 1}'
    )

    said = [views.in_full(ToolCall(call="1", name="run_shell_command", command=code)), views.in_full(file)]

    assert said[0].text == code and said[0].who == "run_shell_command"
    assert said[1].text == "path: a.py\ncontent: a\n\n  b\nn: 1"
    assert views.in_full(ToolResult(call="1", text="y\n" * 5_000)).text.count("y") == 5_000
    assert views.in_full(Message(role="user", text="z" * 9_000)).text == "z" * 9_000
    assert views.in_full(Message(role="user", text=" ")) is None
    assert len(terminal.lines(said[0], 120)) == 502


def test_a_long_name_of_a_tool_is_whole_and_the_text_beside_it_has_less_room():
    called = ToolCall(call="1", name="run_shell_command", command="word " * 20)

    first, second, *_ = lines(called, 60)

    assert "run_shell_command word" in first and len(first) <= 60
    assert second.startswith(" " * terminal.INDENT + "word")


@pytest.mark.parametrize("event", FIELDS, ids=lambda event: type(event).__name__)
def test_in_full_no_terminal_is_driven_either(event):
    text = "".join(terminal.lines(views.in_full(event), 200))

    assert {unicodedata.category(one) for one in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()


@pytest.mark.parametrize("written", ["", "[1]", "{", "[" * 100_000])
def test_arguments_that_are_no_object_are_written_as_they_are(written):
    assert views.arguments(written) == written
