"""What goes over the wire. The golden streams are what the real agents were seen to accept."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nab.models.anthropic import answers as anthropic
from nab.models.chat import answers as chat
from nab.models.conversations import Form, Tool
from nab.models.gemini import answers as gemini
from nab.models.openai import answers as openai
from nab.models.openai import calls
from nab.models.turns import Ending, Ids, Shell, Turn, Usage, Wait

GOLDEN = Path(__file__).parent / "golden"
IDS = Ids("0123456789abcdef01234567", datetime(2026, 5, 16, 13, 2, 7, tzinfo=UTC), "a-model")
TURN = Turn(thought="Look first, then write.", text="First I look around.", calls=(Shell("ls -la", 60),))
USAGE = Usage(input=101, cache_read=64, cache_write=13, output=24, reasoning=7)
NO_WRITES = Usage(input=101, cache_read=64, output=24, reasoning=7)
BASH = Tool("Bash", options=frozenset({"command", "timeout", "description"}))
EXEC = Tool("exec", Form.SCRIPT, "functions")
RUN = Tool("run_shell_command", options=frozenset({"command", "description"}))
SPOKEN = {
    "anthropic": (anthropic, USAGE, BASH),
    "openai": (openai, USAGE, EXEC),
    "google": (gemini, NO_WRITES, RUN),
    "chat": (chat, NO_WRITES, Tool("bash", Form.ANY)),
}


def frames(name, turn=TURN):
    provider, usage, shell = SPOKEN[name]
    return list(provider.streamed(turn, usage, IDS, shell))


def events(name, turn=TURN):
    lines = b"".join(frame.content for frame in frames(name, turn)).decode().splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: {")]


@pytest.mark.parametrize("name", SPOKEN)
def test_a_turn_is_streamed_as_it_always_was(name):
    assert b"".join(frame.content for frame in frames(name)) == (GOLDEN / f"{name}.sse").read_bytes()


@pytest.mark.parametrize("name", SPOKEN)
def test_the_last_frame_knows_the_whole_usage(name):
    assert frames(name)[-1].usage == SPOKEN[name][1]


@pytest.mark.parametrize("name", SPOKEN)
def test_usage_never_shrinks_on_the_way(name):
    known = [frame.usage.total for frame in frames(name)]

    assert known == sorted(known)


@pytest.mark.parametrize("name", SPOKEN)
def test_no_frame_carries_more_than_a_few_words_of_a_text(name):
    long = Turn(text="word " * 400)

    assert len(frames(name, long)) > 80


def test_anthropic_reports_the_input_first_and_the_output_last():
    heard = frames("anthropic")

    assert heard[0].usage == Usage(input=101, cache_read=64, cache_write=13, output=1)
    assert heard[-3].usage == heard[0].usage


def test_openai_reports_nothing_before_the_end():
    assert {frame.usage for frame in frames("openai")[:-1]} == {Usage()}


def test_a_chat_completion_reports_nothing_where_nobody_asked_for_it():
    told = b"".join(frame.content for frame in chat.streamed(TURN, Usage(), IDS, Tool("bash", Form.ANY)))

    assert b"usage" not in told
    assert told.endswith(b"data: [DONE]\n\n")


def test_a_chat_completion_calls_the_tool_that_was_offered():
    message = chat.whole(TURN, NO_WRITES, IDS, Tool("sh", Form.ANY, argument="cmd"))["choices"][0]["message"]

    assert message["tool_calls"][0]["function"] == {"name": "sh", "arguments": '{"cmd": "ls -la"}'}


def test_whole_answers_report_the_same():
    assert chat.whole(TURN, NO_WRITES, IDS, None)["usage"]["prompt_tokens"] == 165
    assert anthropic.whole(TURN, USAGE, IDS, BASH)["usage"]["output_tokens"] == 24
    assert openai.whole(TURN, USAGE, IDS, EXEC)["usage"]["input_tokens"] == 178
    assert gemini.whole(TURN, NO_WRITES, IDS, RUN)["usageMetadata"]["candidatesTokenCount"] == 17


def test_a_refusal_has_each_providers_own_form():
    refusing = Turn(text="No.", ending=Ending.REFUSAL)

    assert events("anthropic", refusing)[-2]["delta"]["stop_reason"] == "refusal"
    assert events("openai", refusing)[-1]["response"]["error"]["code"] == "invalid_prompt"
    assert events("google", refusing)[-1]["candidates"] == [{"index": 0, "finishReason": "SAFETY"}]


@pytest.mark.parametrize("name", SPOKEN)
def test_an_empty_turn_still_ends(name):
    last = events(name, Turn())[-1]

    ends = {"message_stop", "response.completed"} & {one for one in last.values() if isinstance(one, str)}
    assert ends or {"candidates", "usage"} & set(last)


@pytest.mark.parametrize(
    ("tool", "call", "name", "arguments"),
    [
        (Tool("exec_command", Form.CMD), Shell("ls"), "exec_command", {"cmd": "ls", "yield_time_ms": 30000}),
        (Tool("shell_command"), Shell("ls", 9), "shell_command", {"command": "ls", "timeout_ms": 9000}),
        (
            Tool("shell", Form.LIST),
            Shell("ls", 9),
            "shell",
            {"command": ["bash", "-lc", "ls"], "timeout_ms": 9000},
        ),
        (EXEC, Wait("5"), "wait", {"cell_id": "5", "yield_time_ms": 30000}),
        (
            Tool("exec_command", Form.CMD),
            Wait("5"),
            "write_stdin",
            {"session_id": 5, "chars": "", "yield_time_ms": 30000},
        ),
    ],
    ids=["exec_command", "shell_command", "shell", "cell", "session"],
)
def test_codexs_functions_are_called_as_they_are_offered(tool, call, name, arguments):
    item = calls.item(call, tool, "1")

    assert (item["type"], item["name"], json.loads(item["arguments"])) == ("function_call", name, arguments)


def test_codexs_script_runs_the_command_to_its_end():
    item = calls.item(Shell('echo "a"', 600), EXEC, "1")

    assert (item["type"], item["namespace"]) == ("custom_tool_call", "functions")
    assert '"yield_time_ms": 600000' in item["input"]
    assert 'exec_command({"cmd": "echo \\"a\\""' in item["input"]
