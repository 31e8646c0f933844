"""A models' server of our own network behind the real proxy: its name, address and port alone, and the listed calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from nab.core.agents.own_providers import OwnProvider, Told, own_provider
from support.engines import engines
from support.servers import proxies

SPENT = {"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 2}}
ANSWER = {"id": "x", "object": "chat.completion", "model": "mine", "choices": [], "usage": SPENT}
# Two ports of one server: what arrives is printed, and answered as a chat completion.
SERVER = f"""
import json, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Answers(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        port = self.server.server_address[1]
        heard = [port, self.command, self.path, self.headers["host"], self.headers["authorization"]]
        print("heard", json.dumps(heard), flush=True)
        body = {json.dumps(ANSWER)!r}.encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = do_DELETE = answer
    def log_message(self, *_): pass
for port in (8000, 80):
    threading.Thread(target=ThreadingHTTPServer(("0.0.0.0", port), Answers).serve_forever).start()
"""
NAME, OTHER = "vllm.models.nab.example", "open.models.nab.example"
CHAT = "/v1/chat/completions"
REAL = "local-key-of-the-server"


@dataclass
class World:
    """A client behind a proxy that knows two names of one server: one with a key, one without."""

    lab: proxies.Lab
    server: Any
    address: str
    providers: dict[str, OwnProvider]

    def ask(self, url: str, *options: str) -> str:
        """Ask with curl; return the last line of what came, the status."""
        words = ("curl", "-sS", "--max-time", "20", "-w", "\n%{http_code}", *options, url)
        return self.lab.tried(*words)[1].split("\n")[-1]

    def chat(self, name: str, *options: str) -> str:
        return self.ask(f"https://{name}{CHAT}", "-d", '{"model": "mine"}', *options)

    def heard(self) -> list[list[Any]]:
        lines = self.server.logs().decode().splitlines()
        return [json.loads(line.removeprefix("heard ")) for line in lines if line.startswith("heard ")]


@contextmanager
def server() -> Iterator[tuple[Any, str]]:
    """A server on the engine's default bridge, where a proxy is too; yields its address."""
    client = engines.engine_or_skip()
    box = client.containers.run(
        "nab/base",
        ["python3", "-c", SERVER],
        detach=True,
        init=True,
        user="0",
        labels={proxies.LABEL: "models"},
    )
    try:
        box.reload()
        yield box, box.attrs["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]
    finally:
        box.remove(force=True)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with server() as (box, address):
        told = {
            "vllm": Told(base_url="http://gpu-box:8000/v1", address=address),
            "open": Told(base_url=f"http://{address}:8000/v1", key="none"),
        }
        own = {name: own_provider(name, one) for name, one in told.items()}
        orders = {
            "numerai": "live",
            "keys": proxies.KEYS | {"vllm": {"api_key": REAL}},
            "calls": {name: one.calls for name, one in own.items()},
            "providers": {name: msgspec.to_builtins(one) for name, one in own.items()},
        }
        with proxies.lab(tmp_path_factory.mktemp("models"), **orders) as lab:
            yield World(lab, box, address, own)


def test_the_name_leads_to_the_server_with_its_key_and_the_cost_is_on_record(world):
    placeholder = world.providers["vllm"].placeholders["api_key"]

    assert world.chat(NAME, "-H", f"authorization: Bearer {placeholder}") == "200"

    assert world.heard()[-1] == [8000, "POST", CHAT, "gpu-box:8000", f"Bearer {REAL}"]
    (line,) = world.lab.lines(host=NAME, phase="done", status=200)
    assert (line["category"], line["usage"]["provider"], line["usage"]["complete"]) == ("llm", "vllm", True)
    assert [line["usage"][name] for name in ("input", "cache_read", "output")] == [7, 2, 4]
    assert REAL not in world.lab.record.read_text()


def test_a_server_that_wants_no_key_is_asked_as_it_is(world):
    assert world.chat(OTHER, "-H", "authorization: Bearer none") == "200"

    assert world.heard()[-1] == [8000, "POST", CHAT, f"{world.address}:8000", "Bearer none"]


def test_nothing_but_the_listed_calls_reaches_it_with_a_key_or_without(world):
    before = len(world.heard())
    placeholder = world.providers["vllm"].placeholders["api_key"]
    attempts = [
        world.ask(f"https://{OTHER}/api/tags"),
        world.ask(f"https://{OTHER}/api/delete", "-X", "DELETE", "-d", "{}"),
        world.ask(f"https://{OTHER}{CHAT}"),
        world.ask(f"https://{OTHER}{CHAT}/", "-d", "{}"),
        world.ask(f"https://{OTHER}/v1/../v1/chat/completions", "--path-as-is", "-d", "{}"),
        world.ask(f"https://{NAME}/v1/models", "-H", f"authorization: Bearer {placeholder}"),
        world.ask(f"https://{NAME}/v1/models"),
        world.ask(f"http://{OTHER}/api/tags"),
        world.chat(OTHER, "-H", "x-http-method-override: DELETE"),
        world.chat(OTHER, "-H", "host: evil.example"),
    ]

    assert attempts[:-1] == ["403"] * (len(attempts) - 1)
    assert attempts[-1] in {"403", "421"}
    assert len(world.heard()) == before


def test_neither_its_address_nor_another_port_nor_another_name_leads_there(world):
    before = len(world.heard())
    statuses = [
        world.ask(f"http://{world.address}:8000{CHAT}", "-d", "{}"),
        world.ask(f"http://{world.address}{CHAT}", "-d", "{}"),
        world.ask(f"https://{NAME}:8000{CHAT}", "-d", "{}"),
        world.ask(f"http://other.models.nab.example{CHAT}", "-d", "{}"),
        world.ask(f"http://x.{NAME}{CHAT}", "-d", "{}"),
        world.ask(f"http://pages.example.com{CHAT}", "--connect-to", f"::{world.address}:8000", "-d", "{}"),
        world.ask(f"http://gpu-box:8000{CHAT}", "-d", "{}"),
    ]

    assert "200" not in statuses
    assert len(world.heard()) == before


def test_the_key_goes_to_no_other_name_of_the_same_server(world):
    before = len(world.heard())
    placeholder = world.providers["vllm"].placeholders["api_key"]

    assert world.chat(OTHER, "-H", f"authorization: Bearer {placeholder}") == "403"
    assert (
        world.ask("http://" + NAME + CHAT, "-H", f"authorization: Bearer {placeholder}", "-d", "{}") == "403"
    )
    assert len(world.heard()) == before
