import json

from nab.core.agents import readers
from nab.core.agents.events import AgentEnding, Message, Tokens, ToolCall, ToolResult
from nab.core.agents.lines import events


def read(*lines):
    written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return list(events(readers.of_output("codex"), written))


def mcp(number, **rest):
    item = {
        "id": f"item_{number}",
        "type": "mcp_tool_call",
        "server": "notes",
        "tool": "read",
        "arguments": {"page": 2},
    }
    return {"type": "item.completed", "item": {**item, **rest}}


def answer(**rest):
    came = read(mcp(1, **rest))[-1]
    assert isinstance(came, ToolResult)
    return came.text, came.failed


def test_what_a_tool_of_a_server_answered_is_its_result():
    words = {
        "content": [
            {"type": "text", "text": "round 1402"},
            {"type": "image"},
            {"type": "text", "text": "is open"},
        ]
    }

    assert answer(result=words, error=None, status="completed") == ("round 1402\nis open", False)
    assert answer(result=None, error={"message": "there is no page 3"}, status="failed") == (
        "there is no page 3",
        True,
    )
    assert answer(result=None, error="no such server", status="failed") == ("no such server", True)
    assert answer(result={"content": [], "structured_content": {"round": 1402}}) == ('{"round": 1402}', False)
    assert answer(result={**words, "isError": True})[1]
    assert answer(result=None) == ("", False)


def test_a_call_of_a_server_that_was_told_when_it_began_is_one_call():
    began = {"type": "item.started", "item": {**mcp(1)["item"], "result": None, "status": "in_progress"}}

    found = read(began, mcp(1, result={"content": "open"}))

    assert [type(event) for event in found] == [ToolCall, ToolResult]


def test_a_figure_that_is_none_costs_no_last_word():
    found = read(
        {
            "type": "turn.completed",
            "usage": {"input_tokens": None, "cached_input_tokens": 0, "output_tokens": 2},
        }
    )

    counted, ending = found
    assert isinstance(counted, Tokens)
    assert (counted.input, counted.output) == (0, 2)
    assert isinstance(ending, AgentEnding)
    assert ending.success


def test_half_a_character_costs_no_message():
    [event] = read(
        rb'{"type":"item.completed","item":{"id":"1","type":"agent_message","text":"ready \ude80"}}'
    )

    assert isinstance(event, Message)
    assert event.text == "ready \ufffd"


def test_how_the_api_answered_is_beside_the_words_of_a_failed_turn():
    told = {"message": "gone", "codex_error_info": {"http_connection_failed": {"http_status_code": 403}}}

    [ending] = read({"type": "turn.failed", "error": told})

    assert (ending.success, ending.text, ending.status) == (False, "gone", 403)
    assert read({"type": "turn.failed", "error": "gone"})[0].text == "gone"
    assert (
        read({"type": "turn.failed", "error": {"message": "x", "codex_error_info": ["odd"]}})[0].status
        is None
    )
