import json
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.core.agents import readers
from nab.core.agents.events import (
    AgentEnding,
    AnyEvent,
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
from nab.core.agents.lines import Cutter, SeenIds, events
from support.records.recorded import CODING, KEPT, lines, printed, transcript

AGENTS = sorted(CODING)
COMMANDS = ["pwd; ls -la; id -un", "chmod +x submit.sh", "./submit.sh"]
LAST = "submit.sh is in place and its check went through: it predicts the live data and uploads. I am done."


def of(kind, found):
    return [event for event in found if isinstance(event, kind)]


def spoken(found):
    said = [event for event in of(Message, found) if event.role == "assistant" and not event.thought]
    texts = []
    for event in said:
        if event.part:
            texts[-1] += event.text
        else:
            texts.append(event.text)
    return texts


@pytest.mark.parametrize("read", [printed, transcript], ids=["printed", "transcript"])
@pytest.mark.parametrize("agent", AGENTS)
def test_a_session_reads_the_same_whichever_program_ran_it(agent, read):
    found = read(agent, "basic")

    assert spoken(found) == ["First I look around.", "I write submit.sh.", "A check.", LAST]
    commands = [event.command for event in of(ToolCall, found) if event.command]
    assert all(end in command for end, command in zip(COMMANDS, commands, strict=True))
    results = of(ToolResult, found)
    assert any("submitted" in event.text for event in results)
    assert {event.call for event in results} == {event.call for event in of(ToolCall, found)}
    assert not any(event.failed for event in results)


@pytest.mark.parametrize("agent", AGENTS)
def test_what_is_printed_begins_with_a_session_and_ends_with_a_success(agent):
    found = printed(agent, "basic")

    assert isinstance(found[0], SessionOpened)
    assert len(of(TurnOpened, found)) == 1
    assert isinstance(found[-1], AgentEnding)
    assert found[-1].success
    assert {event.session for event in found} == {found[0].session} != {""}
    assert [event.line for event in found] == sorted(event.line for event in found)
    assert {event.source for event in found} == {"stdout"}


@pytest.mark.parametrize("agent", AGENTS)
def test_a_transcript_counts_the_tokens_of_every_response_and_they_add_up_to_the_programs_own_sum(agent):
    responses = {event.response: event for event in of(Tokens, transcript(agent, "basic"))}
    total = next(event for event in of(Tokens, printed(agent, "basic")))

    assert len(responses) == 4
    for name in ("input", "cache_read", "cache_write", "output", "reasoning"):
        assert sum(getattr(event, name) for event in responses.values()) == getattr(total, name), name
    assert {event.model for event in responses.values()} == {CODING[agent].cli.model}
    assert {event.scope for event in responses.values()} == {"response"}


@pytest.mark.parametrize("agent", AGENTS)
def test_a_resumed_session_is_one_session_with_the_responses_of_both_starts(agent):
    found = transcript(agent, "resumed")

    assert len({event.session for event in found} - {""}) == 1
    assert len({event.response for event in of(Tokens, found)}) == 8


@pytest.mark.parametrize("agent", AGENTS)
def test_a_session_that_was_killed_has_no_last_word_and_loses_nothing_before_it(agent):
    found = printed(agent, "killed")

    assert not of(AgentEnding, found)
    assert "sleep" in of(ToolCall, found)[-1].command


def test_a_try_that_the_program_repeats_is_no_error_of_the_session():
    retries = of(Error, printed("claude", "rate-limit")) + of(Error, printed("codex", "rate-limit"))

    assert retries
    assert all(event.again for event in retries)


def test_what_claude_prints_of_an_api_failure_is_no_success_whatever_its_subtype_says():
    ending = of(AgentEnding, printed("claude", "auth"))[-1]

    assert not ending.success
    assert "Invalid API key" in ending.text
    assert of(Cost, printed("claude", "basic"))[0].usd > 0


def test_a_subagents_events_name_the_call_that_they_work_for():
    line = {
        "type": "assistant",
        "session_id": "s",
        "parent_tool_use_id": "toolu_1",
        "message": {"id": "m", "role": "assistant", "content": [{"type": "text", "text": "hi"}]},
    }

    [event] = readers.of_output("claude").read(json.dumps(line).encode())

    assert (event.parent, event.text) == ("toolu_1", "hi")


def test_a_counts_correction_replaces_the_one_before():
    reader = readers.of_transcript("claude", "t")

    def line(output):
        usage = {"input_tokens": 5, "output_tokens": output}
        said = {"id": "m", "role": "assistant", "content": [{"type": "text", "text": "x"}], "usage": usage}
        return json.dumps({"type": "assistant", "sessionId": "s", "message": said}).encode()

    found = [event for output in (1, 1, 9) for event in reader.read(line(output))]

    assert [event.output for event in of(Tokens, found)] == [1, 9]


@pytest.mark.parametrize(
    ("line", "broken", "others"),
    [
        (b'{"type": "something_new", "payload": {"a": 1}}', 0, 1),
        (b'{"type": ["odd"], "message": 5}', 0, 1),
        (b"Warning: no JSON", 1, 0),
        (b'{"type": "resu', 1, 0),
        (b"[1, 2]", 1, 0),
        (b"\xff\xfe", 1, 0),
        (b"[" * 100_000, 1, 0),
        (b"   ", 0, 0),
    ],
    ids=["unknown kind", "odd types", "text", "torn", "no object", "no text", "deep", "empty"],
)
@pytest.mark.parametrize("make", [readers.of_output, readers.of_transcript], ids=["printed", "transcript"])
@pytest.mark.parametrize("agent", AGENTS)
def test_a_line_that_is_not_understood_is_kept_or_counted(agent, make, line, broken, others):
    reader = make(agent, "x")

    found = reader.read(line)

    assert (reader.broken, len(of(Other, found))) == (broken, others)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
REAL = [
    (agent, kind, json.loads(line))
    for agent in AGENTS
    for kind in ("stdout", "transcript.jsonl")
    for line in lines(agent, "basic", kind)
    if line.strip()
]


@st.composite
def mutated(draw):
    """A real line with one of its values replaced by any other, or cut off somewhere."""
    agent, kind, value = draw(st.sampled_from(REAL))
    value = json.loads(json.dumps(value))
    inner = value
    while True:
        key = draw(st.sampled_from(sorted(inner)))
        if isinstance(inner[key], dict) and inner[key] and draw(st.booleans()):
            inner = inner[key]
            continue
        inner[key] = draw(JSON)
        break
    line = json.dumps(value).encode()
    return agent, kind, line[: draw(st.integers(0, len(line)))] if draw(st.booleans()) else line


@pytest.mark.full
@settings(max_examples=400)
@given(mutated())
def test_no_line_breaks_a_reader_and_every_event_can_be_written_and_read_again(case):
    agent, kind, line = case
    reader = readers.of_output(agent) if kind == "stdout" else readers.of_transcript(agent, "x")

    found = reader.read(line)

    for event in found:
        assert msgspec.json.decode(readers.as_line(event), type=AnyEvent) == event


@given(st.binary(max_size=200))
def test_no_bytes_break_a_reader(line):
    for agent in [*AGENTS, "plain", "lines"]:
        readers.of_output(agent).read(line)
        readers.of_transcript(agent, "x").read(line)


@pytest.mark.full
@given(st.lists(st.binary(max_size=20).map(lambda part: part.replace(b"\n", b""))), st.data())
def test_lines_come_out_whole_however_the_stream_was_cut(whole, data):
    stream = b"".join(line + b"\n" for line in whole)
    cutter, found, start = Cutter(), [], 0
    while start < len(stream):
        size = data.draw(st.integers(1, 30))
        found += cutter.cut(stream[start : start + size])
        start += size

    assert found == whole


def test_a_line_that_never_ends_is_given_up_and_the_next_one_is_read():
    cutter = Cutter(longest=10)

    found = cutter.cut(b"x" * 8) + cutter.cut(b"x" * 8) + cutter.cut(b"x" * 8 + b"\nshort\n")

    assert (found, cutter.dropped) == ([b"short"], 1)


def test_what_is_remembered_of_a_session_stays_small():
    known = SeenIds(most=3)
    for number in range(100):
        assert known.is_new(str(number))

    assert not known.is_new("99")
    assert len(known.said) == 3


def test_every_recording_is_read_without_a_broken_line():
    for file in KEPT.glob("*/*.stdout"):
        reader = readers.of_output(file.parent.name)
        kinds = Counter(type(event).__name__ for event in events(reader, file.read_bytes().split(b"\n")))

        assert reader.broken == 0, file
        assert sum(kinds.values()) or file.stat().st_size == 0


@pytest.mark.parametrize("agent", AGENTS)
def test_lines_that_lost_their_ends_are_read_one_after_the_other_and_only_what_is_torn_is_counted(agent):
    apart = [line for line in lines(agent, "basic") if line.strip()]
    reader = readers.of_output(agent)

    found = reader.read(b"".join(apart)) + reader.read(apart[-1] + apart[0][:-5])

    kinds = [type(event) for event in found]
    expected = [type(event) for event in printed(agent, "basic")]
    assert kinds[: len(expected)] == expected
    assert kinds[-1] is AgentEnding
    assert reader.broken == 1


def test_a_plain_program_says_lines_and_that_it_is_done():
    found = list(events(readers.of_output("plain"), [b"hello", b"NAB:DONE", b""]))

    assert [type(event) for event in found] == [Message, AgentEnding]
