import json

import pytest

from nab.core.agents import readers
from nab.core.agents.events import AgentEnding, ToolCall, ToolResult

WORDS = {"content": [{"type": "text", "text": "round 1402 is open"}]}
CALLED = {"server": "notes", "tool": "read", "arguments": {"page": 2}}


def event(payload):
    reader = readers.of_transcript("codex", "rollout")
    return reader.read(json.dumps({"timestamp": "t", "type": "event_msg", "payload": payload}).encode())


def newer(**rest):
    return {
        "type": "item_completed",
        "item": {"type": "McpToolCall", "id": "1", **CALLED, "status": "completed", **rest},
    }


def older(result):
    return {
        "type": "mcp_tool_call_end",
        "call_id": "1",
        "invocation": CALLED,
        "duration": "1s",
        "result": result,
    }


@pytest.mark.parametrize(
    ("payload", "text", "failed"),
    [
        (newer(result=WORDS), "round 1402 is open", False),
        (newer(result=None, error={"message": "no page 3"}, status="failed"), "no page 3", True),
        (newer(result=None, error="no page 3"), "no page 3", True),
        (newer(result={**WORDS, "isError": True}), "round 1402 is open", True),
        (older({"Ok": WORDS}), "round 1402 is open", False),
        (older({"Err": "no page 3"}), "no page 3", True),
        (older(None), "", False),
    ],
)
def test_the_answer_of_a_servers_tool_is_in_a_rollout_too(payload, text, failed):
    called, came = event(payload)

    assert isinstance(called, ToolCall)
    assert (called.call, called.name, json.loads(called.arguments)) == ("1", "notes.read", {"page": 2})
    assert isinstance(came, ToolResult)
    assert (came.call, came.text, came.failed) == ("1", text, failed)


@pytest.mark.parametrize(
    ("told", "at"),
    [
        (1_796_060_378_553, "2026-11-30T17:39:38.553Z"),
        (None, "t"),
        (-1, "t"),
        (1 << 70, "t"),
        ("soon", "t"),
    ],
)
def test_a_command_was_called_when_it_began_and_came_back_when_it_is_told_of(told, at):
    ran = {"type": "CommandExecution", "id": "1", "command": ["sh", "-c", "true"], "exit_code": 0}

    called, came = event({"type": "item_completed", "item": ran, "started_at_ms": told})

    assert (called.at, called.command) == (at, "true")
    assert (came.at, came.exit_code) == ("t", 0)


def test_a_turn_that_failed_says_so_whatever_its_error_is():
    for error in ("gone", {"message": "gone"}):
        [ending] = event({"type": "task_complete", "error": error})

        assert isinstance(ending, AgentEnding)
        assert (ending.success, ending.text) == (False, "gone")
