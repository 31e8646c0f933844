"""The real proxy before a fake internet: with which calls a vendor's key arrives, and with which it does not."""

from __future__ import annotations

import json
import time

import pytest

from nab.core.agents import providers
from support.attacks import attacks
from support.attacks.attacks import Attack
from support.attacks.senders import sent
from support.attacks.vendor_calls import CHATGPT, CLAUDE, GEMINI, GPT, LISTED, Made, near_misses, others
from support.repository.vendors import PLACEHOLDERS, VENDORS
from support.servers import internets, proxies

KEYS = proxies.KEYS | {
    "anthropic": {"api_key": "sk-ant-REAL-API-KEY"},
    "openai": {"api_key": "sk-REAL-OPENAI-KEY", "access_token": "eyREAL.CHATGPT.LOGIN"},
    "google": {"api_key": "AIzaREALGOOGLEKEY"},
}
HELD = {
    CLAUDE: ("x-api-key", PLACEHOLDERS["anthropic"]["api_key"]),
    GPT: ("authorization", f"Bearer {PLACEHOLDERS['openai']['api_key']}"),
    CHATGPT: ("authorization", f"Bearer {PLACEHOLDERS['openai']['access_token']}"),
    GEMINI: ("x-goog-api-key", PLACEHOLDERS["google"]["api_key"]),
}
OWN = ("authorization", "Bearer of-the-agents-own")
SOCKET = "/ws/3"  # where the fake internet speaks it
ADDED = {"openai": (f"WEBSOCKET {SOCKET}", "GET /v1/files/{id}")}
ANSWER = {
    "type": "response.completed",
    "response": {"model": "m", "usage": {"input_tokens": 5, "output_tokens": 2}},
}
TALK = """
import json, socket, ssl, sys
host, path, key, body, times = sys.argv[1:]
talk = ssl.create_default_context().wrap_socket(socket.create_connection((host, 443), 5), server_hostname=host)
lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade", key,
         "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==", "", ""]
talk.sendall("\\r\\n".join(lines).encode())
head = b""
while b"\\r\\n\\r\\n" not in head: head += talk.recv(4096)
print(head.split(b"\\r\\n")[0].decode())
for _ in range(int(times) if b" 101 " in head else 0):
    talk.sendall(bytes([0x81, 0x80 | len(body)]) + bytes(4) + body.encode())
    talk.recv(4096)
"""


@pytest.fixture(scope="module")
def internet(tmp_path_factory):
    with internets.internet(tmp_path_factory.mktemp("internet")) as made:
        yield made


@pytest.fixture(scope="module")
def lab(internet, tmp_path_factory):
    """A proxy with the usual lists, as a program of ours without a table `cli` has it."""
    calls = providers.listed(VENDORS, None, {})
    root = tmp_path_factory.mktemp("usual")
    with proxies.lab(root, numerai="live", keys=KEYS, calls=calls, change=internet.change) as made:
        yield made


@pytest.fixture(scope="module")
def wider(internet, tmp_path_factory):
    """A proxy with lists that nab.toml makes longer."""
    calls = providers.listed(VENDORS, None, ADDED)
    root = tmp_path_factory.mktemp("wider")
    with proxies.lab(root, numerai="live", keys=KEYS, calls=calls, change=internet.change) as made:
        yield made


def attack(made: Made, key: tuple[str, str], via: str = "tls") -> Attack:
    line = f"{made.method} {made.path} HTTP/1.1"
    raw = attacks.call(b"{}", key, *made.headers, line=line, host=made.host, authorization=None)
    return Attack(str(made), raw, via, made.host)


def tried(lab, internet, calls):
    """Send calls. Returns what was answered to each, and what arrived of them all."""
    before = len(internet.received("http"))
    answers = [one["answer"] for one in sent(lab, calls)]
    time.sleep(0.2)
    return answers, internet.received("http")[before:]


def test_every_listed_call_arrives_with_the_real_key(lab, internet):
    answers, arrived = tried(lab, internet, [attack(made, HELD[made.host]) for made in LISTED])

    assert [answer.split(" ")[1] for answer in answers] == ["200"] * len(LISTED)
    assert [(call["method"], call["path"]) for call in arrived] == [
        (made.method, made.path) for made in LISTED
    ]
    assert all("REAL" in json.dumps(call["headers"]) for call in arrived)


def test_other_addresses_of_every_kind_are_refused_and_on_record(lab, internet):
    calls = [attack(made, HELD[made.host]) for made in others(of_a_kind=1)]

    answers, arrived = tried(lab, internet, calls)

    assert arrived == []
    assert [answer for answer in answers if "x-nab-denied: provider" not in answer] == []
    assert {answer.split(" ")[1] for answer in answers} == {"403"}
    told = json.loads(answers[0].partition("\r\n\r\n")[2])
    assert told["error"]["type"] == "permission_error"
    assert '[providers.anthropic] allow = ["METHOD /path"]' in told["error"]["message"]
    # Most are folded into a number: of each rule a line a second is written.
    rules = {f"{line['method']} {line['host']}{line['path']}": line["denied"] for line in lab.written()}
    on_record = [rules[call.name]["rule"] for call in calls if call.name in rules]
    assert on_record and set(on_record) == {"provider"}


@pytest.mark.parametrize("made", LISTED[2:4], ids=str)
def test_no_near_miss_of_a_listed_call_arrives(lab, internet, made):
    # An answer to HEAD never has the body that its length promises: it would be waited for.
    misses = [attack(miss, HELD[miss.host]) for miss in near_misses(made) if miss.method != "HEAD"]

    answers, arrived = tried(lab, internet, misses)

    assert arrived == []
    assert [answer for answer in answers if answer.startswith("HTTP/1.1 2")] == []
    assert "REAL" not in "".join(answers)


@pytest.mark.parametrize("via", ["connect", "explicit", "plain"])
def test_whatever_way_a_call_comes_it_is_the_same_call(lab, internet, via):
    made = Made("GET", GPT, f"https://{GPT}/v1/files" if via == "explicit" else "/v1/files")
    absolute = Made("POST", GPT, f"https://{GPT}/v1/files")

    calls = [
        Attack(str(made), attack(made, HELD[GPT]).raw, via, f"{GPT}:443" if via == "connect" else GPT),
        attack(absolute, HELD[GPT]),
    ]

    assert tried(lab, internet, calls)[1] == []


def test_an_agents_own_key_is_no_business_of_ours(lab, internet):
    _, arrived = tried(lab, internet, [attack(Made("GET", GPT, "/v1/files"), OWN)])

    assert [call["path"] for call in arrived] == ["/v1/files"]
    assert "REAL" not in json.dumps(arrived)


def test_an_agents_own_key_does_not_take_ours_along(lab, internet):
    both = Made("GET", GEMINI, f"/v1beta/files?key={PLACEHOLDERS['google']['api_key']}")

    assert tried(lab, internet, [attack(both, OWN)])[1] == []


def test_what_the_operator_adds_is_open_and_nothing_beside_it(wider, internet):
    file, content = Made("GET", GPT, "/v1/files/f-1"), Made("GET", GPT, "/v1/files/f-1/content")

    _, arrived = tried(wider, internet, [attack(made, HELD[GPT]) for made in (file, content)])

    assert [call["path"] for call in arrived] == ["/v1/files/f-1"]


def test_each_answer_of_a_session_over_a_websocket_is_counted_where_one_is_allowed(lab, wider):
    words = ("python3", "-c", TALK, GPT, SOCKET, ": ".join(HELD[GPT]), json.dumps(ANSWER), "3")

    assert " 403 " in lab.run(*words)
    assert " 101 " in wider.run(*words)

    (line,) = wider.lines(host=GPT, path=SOCKET, phase="done")
    costs = [
        one["usage"] for one in wider.everything() if one["phase"] == "usage" and one["id"] == line["id"]
    ]
    assert line["websocket"] == {"sent": 3, "received": 3}
    assert [(cost["input"], cost["output"], cost["complete"]) for cost in costs] == [(5, 2, True)] * 3
