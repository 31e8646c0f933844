import json

import pytest

from nab.core.agents import readers
from nab.core.agents.events import AgentEnding, Cost, Error, Message, Tokens, ToolCall, ToolResult
from nab.core.agents.lines import events

TEXT = {"type": "text", "text": "The file is written."}


def read(*lines, transcript=False):
    reader = readers.of_transcript("claude", "t") if transcript else readers.of_output("claude")
    return list(
        events(reader, [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines])
    )


def said(model, **rest):
    return {
        "type": "assistant",
        "message": {"id": "m", "model": model, "role": "assistant", "content": [TEXT]},
        **rest,
    }


def last(**rest):
    return {"type": "result", "subtype": "success", "is_error": False, "result": "done", **rest}


@pytest.mark.parametrize("transcript", [False, True])
def test_what_no_model_said_is_no_message_of_one_with_or_without_an_error(transcript):
    usage = {"input_tokens": 0, "output_tokens": 0}
    filler = said("<synthetic>")
    filler["message"]["usage"] = usage

    [shown] = read(filler, transcript=transcript)
    [failed] = read(said("<synthetic>", error="server_error"), transcript=transcript)

    assert isinstance(shown, Message)
    assert shown.role == "system"
    assert isinstance(failed, Error)
    assert isinstance(read(said("model-x"))[0], Message)
    assert read(said("model-x"))[0].role == "assistant"


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (1796040000, 1796040000),
        (1796040000000, 1796040000),
        (1796040000000000, 1796040000),
        (1796040000.5, 1796040000),
        ("1796040000", 1796040000),
        ("2026-11-30T12:00:00Z", 1796040000),
        (-5, None),
        (10**30, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        ([1796040000], None),
        ("soon", None),
        ("0001-01-01T00:00:00+23:59", None),
        (None, None),
    ],
)
def test_a_time_in_another_unit_is_read_and_one_that_no_calendar_has_is_left_out(told, seconds):
    limit = {"status": "rejected", "rateLimitType": "five_hour", "resetsAt": told}

    [event] = read({"type": "rate_limit_event", "rate_limit_info": limit})

    assert (event.code, event.resets) == ("usage_limit", seconds)


@pytest.mark.parametrize(
    "odd",
    [{"total_cost_usd": None}, {"total_cost_usd": "?"}, {"modelUsage": None}, {"modelUsage": [1]}, {"usage": 5},
     {"modelUsage": {"m": {"inputTokens": 1.5, "outputTokens": 5}}}, {"is_error": None}, {"errors": 7},
     {"session_id": {}}, {"subtype": None, "terminal_reason": "completed"}],
)  # fmt: skip
def test_one_odd_field_of_a_last_word_leaves_the_word(odd):
    ending = read(last(**odd))[-1]

    assert isinstance(ending, AgentEnding)
    assert (ending.success, ending.text) == (True, "done")


def test_the_figures_beside_an_odd_one_are_kept():
    found = read(last(total_cost_usd=None, modelUsage={"m": {"inputTokens": None, "outputTokens": 5}}))

    assert not [event for event in found if isinstance(event, Cost)]
    assert [event.output for event in found if isinstance(event, Tokens)] == [5]


@pytest.mark.parametrize(
    "evidence", [{"is_error": True}, {"api_error_status": 403}, {"terminal_reason": "api_error"}]
)
def test_any_evidence_of_a_failure_makes_a_last_word_no_success(evidence):
    ending = read(last(**evidence))[-1]

    assert not ending.success
    assert ending.status == evidence.get("api_error_status")


def test_half_a_character_costs_no_tool_result_and_no_command():
    call = {"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "cat \ud83d"}}
    result = {"type": "tool_result", "tool_use_id": "t", "content": "epoch 1 \ud83d"}

    called, came = read(
        {"type": "assistant", "message": {"content": [call]}},
        {"type": "user", "message": {"content": [result]}},
    )

    assert isinstance(called, ToolCall)
    assert called.command == "cat \ufffd"
    assert isinstance(came, ToolResult)
    assert (came.call, came.text) == ("t", "epoch 1 \ufffd")
