import json
import re

import pytest

from nab.core.agents import readers
from nab.core.agents.events import (
    AgentEnding,
    Cost,
    Error,
    Message,
    SessionOpened,
    Tokens,
    ToolCall,
    ToolResult,
)
from nab.core.agents.json_lines import TYPES, OwnLine
from nab.core.agents.lines import events
from support.repository.benches import REPOSITORY

GUIDE = (REPOSITORY / "docs/adding-an-agent.md").read_text(encoding="utf-8")
AT = "2026-05-16T13:02:07Z"


def read(*lines):
    written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return list(events(readers.of_output("lines"), written))


def test_every_type_is_read():
    found = read(
        {"type": "session", "id": "s-1", "model": "m", "at": AT},
        {"type": "message", "text": "First I look."},
        {"type": "message", "text": "hm", "thought": True, "role": "agent"},
        {"type": "call", "id": "1", "tool": "bash", "command": "ls", "arguments": {"command": "ls"}},
        {"type": "result", "id": "1", "text": "none", "exit_code": 2},
        {"type": "tokens", "id": "r-1", "model": "m", "input": 3, "output": 4},
        {"type": "cost", "usd": 0.25},
        {"type": "error", "text": "slow down", "code": "usage_limit", "resets": 1800000000},
        {"type": "failed", "text": "no money", "status": 402},
        {"type": "done"},
    )

    kinds = [
        SessionOpened,
        Message,
        Message,
        ToolCall,
        ToolResult,
        Tokens,
        Cost,
        Error,
        AgentEnding,
        AgentEnding,
    ]
    assert [type(one) for one in found] == kinds
    assert {one.session for one in found} == {"s-1"}
    assert (found[0].at, found[0].model, found[2].thought, found[2].role) == (AT, "m", True, "assistant")
    assert (found[3].command, found[3].arguments) == ("ls", '{"command": "ls"}')
    assert (found[4].exit_code, found[4].failed) == (2, True)
    assert (found[5].scope, found[5].input, found[5].output, found[5].response) == ("response", 3, 4, "r-1")
    assert [one.success for one in found[-2:]] == [False, True]
    assert found[-2].status == 402


def test_whatever_else_it_prints_is_plain_text():
    found = read(
        b"a warning", b"  of two lines", {"type": "call", "tool": "bash"}, b'{"a": 1}', b"{torn", b"NAB:DONE"
    )

    texts = [one.text for one in found if isinstance(one, Message)]
    assert texts == ["a warning", "\n  of two lines", '{"a": 1}', "\n{torn"]
    assert [one.line for one in found] == [1, 2, 3, 4, 5, 6]
    assert isinstance(found[-1], AgentEnding)


@pytest.mark.parametrize("odd", [None, [], "x", -1, 1e300, {}])
def test_a_field_that_is_not_as_expected_costs_that_field(odd):
    (found,) = read({"type": "tokens", "input": odd, "output": 2})

    assert (found.input, found.output) == (0, 2)


def test_the_guide_explains_every_type_and_key():
    table = GUIDE.partition("<!-- lines -->")[2].partition("<!-- end of lines -->")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(TYPES)
    assert [key for key in OwnLine.__struct_fields__ if f"`{key}`" not in table] == []
