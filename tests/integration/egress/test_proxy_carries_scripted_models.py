"""A box that calls the vendors by their names, the real proxy, and scripted models in the vendors' place."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from nab.edges.secrets import keys
from support.records.model_requests import CLAUDE, CODEX, GEMINI
from support.repository.vendors import PLACEHOLDERS, VENDORS
from support.servers import internets, proxies
from support.servers.scripted_models import Server

MADE = {provider: keys.made_key(provider) for provider in VENDORS}
ONLY = [word for name, key in MADE.items() for word in ("--key", f"{name}={key['api_key']}")]
ASKED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "anthropic": ("https://api.anthropic.com/v1/messages", "x-api-key: {}", CLAUDE),
    "openai": ("https://api.openai.com/v1/responses", "authorization: Bearer {}", CODEX),
    "google": (
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse",
        "x-goog-api-key: {}",
        GEMINI,
    ),
}
CLOCKED = (
    "import sys, time\nfor line in sys.stdin:\n  if line.startswith('data:'): print(time.time(), flush=True)"
)
TIMED = shlex.join(["python3", "-c", CLOCKED])


@dataclass
class World:
    """A client behind a proxy, what the internet received, and the scripted models."""

    lab: proxies.Lab
    internet: internets.Internet
    models: Server

    def ask(self, provider: str, key: str, *, shell: str = "cat", body: dict[str, Any] | None = None) -> str:
        """Send one request for a turn with curl, and return what arrived."""
        url, header, usual = ASKED[provider]
        return self.lab.run(
            *("bash", "-c", f'curl -sSN -w "\\n%{{http_code}}\\n" "$1" -H "$2" -d "$3" | {shell}', "-", url),
            header.format(key),
            json.dumps(body or usual),
        )


@pytest.fixture
def world(tmp_path):
    models = Server(tmp_path, *ONLY)
    with (
        internets.internet(tmp_path) as internet,
        proxies.lab(
            tmp_path, numerai="live", models="scripted", keys=proxies.KEYS | MADE, change=internet.change
        ) as lab,
    ):
        yield World(lab, internet, models)
    models.ends()


def test_a_vendors_name_leads_to_the_scripted_models_with_the_made_key(world):
    for provider in ASKED:
        arrived = world.ask(provider, PLACEHOLDERS[provider]["api_key"])
        assert arrived.split()[-1] == "200", arrived
        assert arrived.count("data:") > 1

    entries = world.models.ledger()["entries"]
    lines = [world.lab.lines(host=url.split("/")[2], phase="done")[0] for url, _, _ in ASKED.values()]
    assert [entry["provider"] for entry in entries] == list(ASKED)
    for entry, line in zip(entries, lines, strict=True):
        told = line["usage"]
        counted = {name: told[name] or 0 for name in entry["usage"]}
        assert (told["complete"], told["model"], counted) == (True, entry["model"], entry["usage"])
        assert sum(counted.values()) > 0
    assert world.internet.received("http") == []


def test_a_key_that_is_no_placeholder_is_sent_as_it_is_and_turned_away(world):
    arrived = world.ask("anthropic", "sk-ant-api03-of-the-agents-own")

    assert arrived.split()[-1] == "401"
    assert world.lab.lines(host="api.anthropic.com", phase="done")[0]["denied"] is None


def test_the_made_key_is_seen_by_nobody_in_the_box(world):
    arrived = world.ask("openai", PLACEHOLDERS["openai"]["api_key"])

    kept = world.lab.record.read_text(encoding="utf-8") + world.lab.run("env") + arrived
    assert not [key["api_key"] for key in MADE.values() if key["api_key"] in kept]


def test_a_turn_arrives_as_it_is_said(world):
    body = {**CLAUDE, "messages": [{"role": "user", "content": "SCENARIO:slow:seconds=3"}]}

    arrived = world.ask("anthropic", PLACEHOLDERS["anthropic"]["api_key"], shell=TIMED, body=body)

    times = [float(line) for line in arrived.split()]
    assert times[-1] - times[0] > 2
    assert max(later - earlier for earlier, later in pairwise(times)) < 2


@pytest.mark.parametrize(
    "host", ["chatgpt.com", "ab.chatgpt.com", "claude.ai", "cloudcode-pa.googleapis.com"]
)
def test_other_hosts_of_the_vendors_are_not_called(world, host):
    said = world.lab.run("curl", "-sS", f"https://{host}/backend-api/codex/responses")

    assert said == f"nab proxy: the models are scripted here: no call goes to {host}\n"
    assert world.lab.lines(host=host, phase="done")[0]["denied"]["rule"] == "models"
    assert world.internet.received("http") == []


def test_the_rest_of_the_internet_is_there(world):
    assert (
        world.lab.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "https://pypi.org/x") == "200"
    )


def test_where_no_scripted_models_run_the_call_fails_and_the_proxy_says_what_is_missing(world):
    world.models.ends()

    arrived = world.ask("google", PLACEHOLDERS["google"]["api_key"])

    assert arrived.split()[-1] == "502"
    assert b"no scripted models at /run/models/api.sock" in world.lab.proxy.logs()
