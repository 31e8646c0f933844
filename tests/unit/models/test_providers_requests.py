"""Reading what the three agents send."""

from nab.models.anthropic import requests as anthropic
from nab.models.chat import requests as chat
from nab.models.conversations import Form, Tool
from nab.models.gemini import requests as gemini
from nab.models.openai import requests as openai
from support.records.model_requests import CHAT, CLAUDE, CODEX, GEMINI


def changed(request, **keys):
    return {**request, **keys}


def test_claudes_request_is_read():
    talk = anthropic.read(CLAUDE, {"x-claude-code-session-id": "s"}, 4000)

    assert (talk.described, talk.step, talk.session, talk.streamed) == ("basic", 1, "s", True)
    assert talk.shell == Tool("Bash", options=frozenset({"command", "timeout", "description"}))
    assert not talk.subscription


def test_claudes_subscription_is_known_by_its_token():
    assert anthropic.read(CLAUDE, {"authorization": "Bearer sk-ant-oat01-x"}, 1).subscription


def test_codex_offers_its_shell_as_a_script_among_the_items_of_the_input():
    talk = openai.read(CODEX, {}, 4000)

    assert (talk.described, talk.step, talk.session) == ("basic", 1, "thread-1")
    assert talk.shell == Tool("exec", Form.SCRIPT, "functions")


def test_codex_may_also_offer_plain_functions():
    function = {"type": "function", "name": "exec_command", "parameters": {"properties": {"cmd": {}}}}
    talk = openai.read(changed(CODEX, input="SCENARIO:basic", tools=[function]), {}, 1)

    assert (talk.step, talk.shell) == (0, Tool("exec_command", Form.CMD, options=frozenset({"cmd"})))


def test_codexs_cell_that_runs_on_is_waited_for():
    output = "Script running with cell ID 5\nWall time 30.0 seconds\nOutput:\n"
    more = {"type": "custom_tool_call_output", "call_id": "call_2", "output": output}
    talk = openai.read(changed(CODEX, input=[*CODEX["input"], more]), {}, 1)

    assert (talk.step, talk.running) == (1, "5")


def test_geminis_request_is_read():
    talk = gemini.read(GEMINI, "gemini-3.8-flash", 4000, streamed=True)

    assert (talk.described, talk.step, talk.model) == ("basic", 1, "gemini-3.8-flash")
    assert talk.shell == Tool("run_shell_command", options=frozenset({"command", "description"}))
    assert talk.session == "<session_context>/workspaceSCENARIO:basic please"


def test_a_request_that_offers_no_shell_says_so():
    schema = {"type": "object", "properties": {"model_choice": {"enum": ["flash"]}}}
    asked = changed(GEMINI, tools=[], generationConfig={"responseJsonSchema": schema})
    talk = gemini.read(asked, "gemini-3.5-flash-lite", 1, streamed=False)

    assert (talk.shell, talk.schema) == (None, schema)


def test_a_request_for_a_chat_completion_is_read():
    talk = chat.read(CHAT, {}, 4000)

    assert (talk.described, talk.step, talk.session, talk.streamed) == (
        "basic",
        1,
        "SCENARIO:basic please",
        True,
    )
    assert (talk.shell, talk.offered, talk.wants_usage) == (Tool("run", Form.ANY), ("run",), True)


def test_a_chat_completion_that_makes_no_sense_is_read_as_far_as_it_does():
    talk = chat.read({"messages": [5, {"role": "user", "content": [{"text": "hi"}, 5]}], "tools": 5}, {}, 1)

    assert (talk.prompts, talk.shell, talk.offered, talk.wants_usage) == (1, None, (), True)


def test_another_shell_is_known_at_every_provider():
    schema = {"type": "object", "properties": {"command": {"type": "string"}}}
    shell = Tool("bash", Form.ANY)

    assert (
        anthropic.read(changed(CLAUDE, tools=[{"name": "bash", "input_schema": schema}]), {}, 1).shell
        == shell
    )
    function = {"type": "function", "name": "bash", "parameters": schema}
    assert openai.read({"input": "hi", "tools": [function]}, {}, 1).shell == shell
    offered = [{"functionDeclarations": [{"name": "bash", "parameters": schema}]}]
    assert gemini.read(changed(GEMINI, tools=offered), "m", 1, streamed=True).shell == shell
