import json

import pytest

from nab.core.agents import readers
from nab.core.agents.events import AgentEnding, Tokens, ToolResult


def read(line):
    return readers.of_output("gemini").read(json.dumps(line).encode())


def last(models, **rest):
    return {"type": "result", "status": "success", "stats": {"models": models}, **rest}


@pytest.mark.parametrize("odd", [7.5, None, "many", -1, 1e300])
def test_a_fraction_of_a_token_costs_that_figure_and_no_last_word(odd):
    counted, ending = read(
        last({"m": {"total_tokens": odd, "input_tokens": 5, "output_tokens": 2, "cached": 0}})
    )

    assert isinstance(counted, Tokens)
    assert (counted.input, counted.output, counted.reasoning) == (5, 2, 0)
    assert isinstance(ending, AgentEnding)
    assert ending.success


@pytest.mark.parametrize("odd", [None, [], {"m": None}, "none"])
def test_figures_that_are_none_cost_no_last_word(odd):
    [ending] = read(last(odd))

    assert ending.success


def test_a_failure_is_read_whether_it_is_told_as_a_text_or_as_an_object():
    [ending] = read({"type": "result", "status": "error", "error": {"message": "denied", "code": 403}})
    [came] = read({"type": "tool_result", "tool_id": "1", "status": "error", "error": "not there"})

    assert (ending.success, ending.text, ending.status) == (False, "denied", 403)
    assert isinstance(came, ToolResult)
    assert (came.text, came.failed) == ("not there", True)
