"""The web application, called as a server calls it."""

import asyncio
import json

import pytest

from nab.models.app import application
from nab.models.ledger import Ledger
from nab.models.turns import Usage
from nab.models.visits import House
from support.records.model_requests import CHAT, CLAUDE, CODEX, GEMINI

ANTHROPIC = ("/v1/messages", "api.anthropic.com", CLAUDE)
OPENAI = ("/v1/responses", "api.openai.com", CODEX)
GOOGLE = (
    "/v1beta/models/gemini-3.8-flash:streamGenerateContent",
    "generativelanguage.googleapis.com",
    GEMINI,
)
COMPLETIONS = ("/api/v1/chat/completions", "openrouter.ai", CHAT)
ALL = pytest.mark.parametrize(
    "asked", [ANTHROPIC, OPENAI, GOOGLE, COMPLETIONS], ids=["anthropic", "openai", "google", "chat"]
)


class Asked:
    """One request to an application, and what came back."""

    def __init__(self, house, path, host, body=None, *, method="POST", leaves_after=None, **headers):
        named = {"host": host, "content-type": "application/json", **headers}
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()],
            "server": ("127.0.0.1", 80),
            "scheme": "http",
        }
        self.content = json.dumps(body).encode() if isinstance(body, dict) else body or b""
        self.leaves_after = leaves_after
        self.status, self.headers, self.pieces, self.ended = 0, {}, [], False
        self.left = asyncio.Event()
        self.asked = False
        asyncio.run(application(house)(self.scope, self.receive, self.send))

    async def receive(self):
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": self.content, "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        self.pieces.append(message.get("body", b""))
        self.ended = not message.get("more_body")
        if len(self.pieces) == self.leaves_after:
            self.left.set()

    @property
    def body(self):
        return b"".join(self.pieces)

    @property
    def value(self):
        return json.loads(self.body)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger.jsonl")


@pytest.fixture
def house(ledger):
    return House(ledger)


def playing(asked, described):
    """Return a request whose prompt names another scenario."""
    path, host, body = asked
    return path, host, json.loads(json.dumps(body).replace("SCENARIO:basic", f"SCENARIO:{described}"))


@ALL
def test_a_turn_is_streamed_and_written_down(house, ledger, asked):
    heard = Asked(house, *asked)

    assert (heard.status, heard.ended) == (200, True)
    assert heard.headers["content-type"].startswith("text/event-stream")
    (entry,) = ledger.entries
    assert (entry.scenario, entry.step, entry.status, entry.finished) == ("basic", 1, 200, True)
    assert entry.usage == entry.planned
    assert entry.response_bytes == len(heard.body)


@ALL
def test_the_provider_is_known_by_the_path_where_the_host_says_nothing(house, ledger, asked):
    Asked(house, asked[0], "127.0.0.1:8000", asked[2])

    assert ledger.entries[0].finished


@ALL
def test_a_cut_stream_reports_no_more_than_was_sent(house, ledger, asked):
    heard = Asked(house, *playing(asked, "stream-cut:then=basic"))

    (entry,) = ledger.entries
    assert not heard.ended
    assert not entry.finished
    assert entry.usage.total < entry.planned.total
    assert entry.response_bytes == len(heard.body)
    assert Asked(house, *playing(asked, "stream-cut:then=basic")).ended


@ALL
def test_a_client_that_leaves_is_noticed(house, ledger, asked):
    heard = Asked(house, *playing(asked, "slow:seconds=600,then=basic"), leaves_after=1)

    (entry,) = ledger.entries
    assert (len(heard.pieces), entry.finished) == (1, False)
    assert entry.usage.output < entry.planned.output


@ALL
def test_trouble_reports_no_tokens(house, ledger, asked):
    heard = Asked(house, *playing(asked, "server-error:then=basic"))

    (entry,) = ledger.entries
    assert (heard.status, entry.status, entry.usage, entry.finished) == (500, 500, Usage(), False)


@ALL
def test_a_wrong_key_and_none_are_turned_away_where_keys_are_looked_at(ledger, asked):
    house = House(ledger, keys=dict.fromkeys(("anthropic", "openai", "google", "chat"), "right"))
    others = {"api.anthropic.com": "x_api_key", "generativelanguage.googleapis.com": "x_goog_api_key"}
    header = others.get(asked[1], "authorization")
    given = {value: f"Bearer {value}" if header == "authorization" else value for value in ("right", "wrong")}

    assert Asked(house, *asked, **{header: given["right"]}).status == 200
    assert Asked(house, *asked, **{header: given["wrong"]}).status in (401, 400)
    assert Asked(house, *asked).status in (401, 403)
    assert [entry.usage.total > 0 for entry in ledger.entries] == [True, False, False]


def test_an_answer_without_a_stream_is_one_json_object(house, ledger):
    whole = Asked(house, ANTHROPIC[0], ANTHROPIC[1], {**CLAUDE, "stream": False}).value

    used = ledger.entries[0].usage
    assert (whole["stop_reason"], whole["usage"]["output_tokens"]) == ("tool_use", used.output)


def test_what_an_agent_asks_beside_its_work_is_answered_without_the_scenario(house, ledger):
    schema = {"type": "object", "properties": {"model_choice": {"enum": ["flash"]}}}
    asked = {**GEMINI, "tools": [], "generationConfig": {"responseJsonSchema": schema}}
    said = Asked(house, "/v1beta/models/gemini-3.5-flash-lite:generateContent", GOOGLE[1], asked).value

    assert said["candidates"][0]["content"]["parts"] == [{"text": '{"model_choice": "flash"}'}]
    assert ledger.entries[0].scenario == "beside"


def test_a_websocket_is_declined_so_that_the_agent_goes_on_without(house):
    heard = Asked(house, OPENAI[0], OPENAI[1], method="GET", connection="Upgrade", upgrade="websocket")

    assert heard.status == 426


@pytest.mark.parametrize(
    ("path", "host", "key"),
    [
        ("/v1/messages/count_tokens", "api.anthropic.com", "input_tokens"),
        ("/v1beta/models/gemini-3.8-flash:countTokens", "generativelanguage.googleapis.com", "totalTokens"),
    ],
)
def test_tokens_are_counted_without_being_used(house, ledger, path, host, key):
    assert Asked(house, path, host, {"a": "b" * 400}).value[key] > 100
    assert ledger.entries == []


@pytest.mark.parametrize("host", ["api.anthropic.com", "api.openai.com"])
def test_models_are_listed(house, host):
    assert Asked(house, "/v1/models", host, method="GET").value["data"]


@pytest.mark.parametrize(
    ("method", "path", "host"),
    [
        ("GET", "/api/claude_code/settings", "api.anthropic.com"),
        ("POST", "/v1/messages", "api.openai.com"),
        ("POST", "/v1/responses", "generativelanguage.googleapis.com"),
        ("GET", "/ledger", "api.openai.com"),
    ],
)
def test_what_a_provider_does_not_have_is_not_found(house, method, path, host):
    assert Asked(house, path, host, {}, method=method).status == 404


@pytest.mark.parametrize("body", [b"no json", b"[]"])
def test_a_body_that_is_no_request_is_a_bad_request(house, body):
    assert Asked(house, ANTHROPIC[0], ANTHROPIC[1], body).status == 400


def test_a_prompt_that_names_no_scenario_there_is_gets_the_list(house):
    heard = Asked(house, *playing(OPENAI, "nonsense"))

    assert heard.status == 400
    assert b"choose from" in heard.body


def test_the_ledger_is_served_under_our_own_name(house):
    Asked(house, *OPENAI)
    kept = Asked(house, "/ledger", "models.nab", method="GET").value

    assert kept["totals"]["openai/gpt-6.1-sol"]["requests"] == 1
    assert kept["entries"][0]["usage"]["output"] > 0
    assert Asked(house, "/health", "models.nab", method="GET").value["ok"]


@ALL
def test_a_conversation_that_is_too_long_is_not_so_again_in_a_new_one(house, ledger, asked):
    path, host, body = playing(asked, "context-overflow:times=1,then=basic")
    renamed = json.loads(
        json.dumps(body).replace("SCENARIO:", "once more SCENARIO:").replace("thread-1", "thread-2")
    )

    assert Asked(house, path, host, body).status == 400
    assert Asked(house, path, host, renamed).ended
    assert [entry.finished for entry in ledger.entries] == [False, True]
    assert ledger.entries[0].session != ledger.entries[1].session


@pytest.mark.parametrize(
    ("path", "body", "provider"),
    [
        ("/v1/chat/completions", CHAT, "chat"),
        ("/openai/v1/responses", CODEX, "openai"),
        ("/gateway/v1/messages", CLAUDE, "anthropic"),
        ("/gateway/v1beta/models/m:streamGenerateContent", GEMINI, "google"),
    ],
)
def test_a_protocol_is_known_by_the_end_of_its_path_wherever_the_base_url_leads(
    house, ledger, path, body, provider
):
    Asked(house, path, "vllm.models.nab.example", body)

    assert [(entry.provider, entry.scenario, entry.finished) for entry in ledger.entries] == [
        (provider, "basic", True)
    ]


def test_openais_own_host_speaks_chat_completions_too(house, ledger):
    Asked(house, "/v1/chat/completions", "api.openai.com", CHAT)

    assert ledger.entries[0].provider == "chat"


def test_a_stream_that_need_not_say_what_it_costs_does_not_and_the_plan_is_known(house, ledger):
    Asked(house, "/v1/chat/completions", "a.example", {**CHAT, "stream_options": None})

    (entry,) = ledger.entries
    assert (entry.finished, entry.usage) == (True, Usage())
    assert entry.planned.total > 0


def test_a_first_request_with_tools_of_which_none_is_a_shell_is_told_on_the_terminal(ledger):
    said = []
    house = House(ledger, say=said.append)
    tools = [{"type": "function", "function": {"name": f"read\x1b{number}"}} for number in range(8)]
    first = CHAT["messages"][:2]
    Asked(house, *COMPLETIONS[:2], {**CHAT, "messages": first, "tools": tools})
    Asked(house, *COMPLETIONS[:2], {**CHAT, "messages": first})
    Asked(house, *COMPLETIONS[:2], {**CHAT, "messages": first, "tools": []})

    (line,) = said
    assert "and 2 more, and none of it takes a command" in line
    assert "\x1b" not in line
    assert [entry.scenario for entry in ledger.entries] == ["beside", "basic", "beside"]
