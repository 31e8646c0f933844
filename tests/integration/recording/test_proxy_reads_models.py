"""What models' answers cost, read on their way through the real proxy from a fake internet."""

import base64
import gzip
import hashlib
import json
import time

import pytest

from support.servers import internets, proxies

ANTHROPIC = [
    {
        "type": "message_start",
        "message": {"model": "claude-opus-5-5", "usage": {"input_tokens": 12, "output_tokens": 1}},
    },
    {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "hello"}},
    {"type": "message_delta", "usage": {"output_tokens": 57}},
]
OPENAI = [
    {"type": "response.created", "response": {"id": "r", "model": "gpt-6.1-sol"}},
    {
        "type": "response.completed",
        "response": {
            "model": "gpt-6.1-sol",
            "usage": {
                "input_tokens": 100,
                "output_tokens": 7,
                "input_tokens_details": {"cached_tokens": 60},
                "output_tokens_details": {"reasoning_tokens": 2},
            },
        },
    },
]
GOOGLE = [
    {
        "candidates": [{"finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 3},
        "modelVersion": "gemini-3.8-flash",
    }
]
EVENTS = "text/event-stream"
TALK = """
import base64, os, socket, ssl, sys
host = sys.argv[1]
talk = ssl.create_default_context().wrap_socket(socket.create_connection((host, 443)), server_hostname=host)
key = base64.b64encode(os.urandom(16)).decode()
talk.sendall(f"GET /ws HTTP/1.1\\r\\nHost: {sys.argv[1]}\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
             f"Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: {key}\\r\\n\\r\\n".encode())
while b"\\r\\n\\r\\n" not in talk.recv(4096): pass
body = sys.argv[2].encode()
talk.sendall(bytes([0x81, 0x80 | len(body)]) + bytes(4) + body)
print(talk.recv(4096))
"""


HANG_UP = """
import socket, struct, sys, time
for text in sys.argv[1:]:
    talk = socket.create_connection(("gone.example.com", 80))
    talk.sendall(text.encode().decode("unicode_escape").encode() + b"Host: gone.example.com\\r\\n\\r\\nabc")
    time.sleep(0.3)
    talk.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    talk.close()
"""
UPGRADE = (
    r"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHg=\r\n"
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    with (
        internets.internet(root) as internet,
        proxies.lab(root, numerai="live", change=internet.change) as lab,
    ):
        yield lab


def sse(events):
    return [f"data: {json.dumps(event)}\r\n\r\n".encode() for event in events]


def said(pieces, kind=EVENTS, **more):
    """Return the path that makes the fake internet answer so."""
    told = {"type": kind, "pieces": [base64.b64encode(piece).decode() for piece in pieces], **more}
    return "/say/" + base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def line_of(lab, host):
    (line,) = [line for line in lab.lines(host=host, phase="done") if line["path"].startswith("/say/")]
    return line


@pytest.mark.parametrize(
    ("host", "events", "wanted"),
    [
        ("api.anthropic.com", ANTHROPIC, ("anthropic", "claude-opus-5-5", 12, 57, None, None)),
        ("api.openai.com", OPENAI, ("openai", "gpt-6.1-sol", 40, 7, 60, 2)),
        ("generativelanguage.googleapis.com", GOOGLE, ("google", "gemini-3.8-flash", 9, 7, None, 3)),
    ],
)
def test_a_stream_is_read_and_arrives_as_it_was_sent(lab, host, events, wanted):
    pieces = sse(events)

    arrived = lab.run("curl", "-sS", f"https://{host}{said(pieces)}")

    line = line_of(lab, host)
    assert arrived.encode() == b"".join(pieces)
    names = ("provider", "model", "input", "output", "cache_read", "reasoning")
    assert tuple(line["usage"][name] for name in names) == wanted
    assert line["usage"]["complete"]
    assert (line["events"], line["category"], line["response_bytes"]) == (
        len(events),
        "llm",
        len(arrived.encode()),
    )


@pytest.mark.parametrize(
    ("host", "encoding", "squeeze"),
    [
        ("eu.api.openai.com", "gzip", gzip.compress),
        (
            "br.api.openai.com",
            "br",
            "import brotli,sys; sys.stdout.buffer.write(brotli.compress(sys.stdin.buffer.read()))",
        ),
        (
            "zstd.api.openai.com",
            "zstd",
            "import zstandard,sys; sys.stdout.buffer.write(zstandard.compress(sys.stdin.buffer.read()))",
        ),
    ],
)
def test_a_compressed_answer_is_read_and_passed_on_as_it_is(lab, host, encoding, squeeze):
    plain = json.dumps(
        {"object": "response", "status": "completed", "output": [], **OPENAI[1]["response"]}
    ).encode()
    packed = squeeze(plain) if callable(squeeze) else in_the_proxy(lab, squeeze, plain)
    path = said([packed[:20], packed[20:]], "application/json", encoding=encoding)

    arrived = lab.run("bash", "-c", f"curl -sS 'https://{host}{path}' | base64 -w0")

    assert base64.b64decode(arrived) == packed
    line = line_of(lab, host)
    assert (line["usage"]["input"], line["usage"]["complete"]) == (40, True)
    assert line["response_bytes"] == len(packed)


def in_the_proxy(lab, program, text):
    """Run a little program with the proxy's own libraries."""
    given = base64.b64encode(text).decode()
    words = ["bash", "-c", f"echo {given} | base64 -d | /opt/proxy/bin/python -c '{program}' | base64 -w0"]
    return base64.b64decode(lab.proxy.exec_run(words).output)


def test_a_stream_that_breaks_off_is_not_complete(lab):
    lab.tried("curl", "-sS", f"https://cut.api.anthropic.com{said(sse(ANTHROPIC[:2]), cut=True)}")

    line = line_of(lab, "cut.api.anthropic.com")
    assert line["error"]
    assert (line["usage"]["input"], line["usage"]["complete"]) == (12, False)


def test_events_arrive_as_they_are_sent(lab):
    path = said(sse([{"n": 1}, {"n": 2}, {"n": 3}]), pause=1)
    watch = "import sys,time\nfor line in sys.stdin:\n  if line.strip(): print(time.time(), flush=True)"
    printed = lab.run("bash", "-c", f"curl -sSN 'https://stream.example.com{path}' | python3 -c '{watch}'")

    first, *_, last = map(float, printed.split())
    assert last - first > 1.5
    (line,) = lab.lines(host="stream.example.com", phase="done")
    assert (line["events"], line["usage"], line["category"]) == (3, None, "other")


def test_each_answer_in_a_websocket_has_a_line_of_its_own(lab):
    answer = {"type": "response.completed", "response": {"model": "m", "usage": {"input_tokens": 5}}}

    echoed = lab.run("python3", "-c", TALK, "api.openai.com", json.dumps(answer))

    assert "response.completed" in echoed
    (line,) = lab.lines(host="api.openai.com", path="/ws", phase="done")
    assert line["websocket"] == {"sent": 1, "received": 1}
    assert line["usage"] is None
    (cost,) = [one for one in lab.everything() if one["phase"] == "usage"]
    assert cost["id"] == line["id"]
    assert (cost["usage"]["model"], cost["usage"]["input"], cost["usage"]["complete"]) == ("m", 5, True)


def test_a_client_that_hangs_up_leaves_one_end_of_each_call(lab):
    lab.run(
        *("python3", "-c", HANG_UP),
        "POST /upload HTTP/1.1\\r\\nContent-Length: 100\\r\\n",
        "GET /bytes/100000000 HTTP/1.1\\r\\n",
        "GET /sse/100 HTTP/1.1\\r\\n",
        f"GET /ws HTTP/1.1\\r\\n{UPGRADE}",
    )

    time.sleep(1)
    ends = lab.lines(least=4, host="gone.example.com", phase="done")
    assert [line["path"] for line in ends] == ["/upload", "/bytes/100000000", "/sse/100", "/ws"]
    assert all(line["error"] for line in ends)
    assert len({line["id"] for line in ends}) == 4


def test_bulk_data_is_recorded_like_every_other_call(lab):
    url = "https://numerai-datasets-us-west-2.s3.amazonaws.com/bytes/5000000"
    lab.run("curl", "-sSf", url, "-o", "/dev/null")

    (done,) = lab.lines(path="/bytes/5000000", phase="done")
    assert (done["method"], done["category"], done["status"]) == ("GET", "numerai-data", 200)
    assert done["response_bytes"] == 5_000_000
    assert done["response_sha256"] == hashlib.sha256(bytes(5_000_000)).hexdigest()


def test_it_is_known_how_much_was_covered(lab):
    lab.run("curl", "-sS", "https://example.com/bytes/30000000", "-o", "/dev/null")
    silent = "import socket,time; s = [socket.create_connection(('example.com', 443)) for _ in range(3)]; time.sleep(1)"
    lab.run("python3", "-c", silent)
    lab.tried("curl", "-sS", "-m", "3", "--noproxy", "*", "https://example.com:8443/")
    time.sleep(1)

    lab.proxy.stop(timeout=10)

    *_, coverage, end = lab.everything()
    assert (coverage["phase"], end["event"]) == ("coverage", "end")
    assert end["open_calls"] == 0
    assert coverage["tunnels"] == 0
    assert coverage["silent"] == 3
    assert coverage["tcp_resets"] >= 1
    assert coverage["counted_response"] > 30_000_000
