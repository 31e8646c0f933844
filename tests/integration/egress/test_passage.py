"""The real proxy with a mistake in its program: nothing goes out for it, nothing comes back, and it is on record."""

from __future__ import annotations

import json
import time

import pytest

from support.attacks import attacks
from support.attacks.senders import one, sent
from support.servers import planted, proxies
from support.servers.numerai_with_a_memory import Numerai
from support.servers.proxies import REAL

QUESTION = attacks.asking("{ rounds { number } }")
RAISE = '        raise ValueError("REALSECRETKEY")\n'


@pytest.fixture
def numerai(tmp_path):
    (tmp_path / "socket").mkdir()
    with Numerai(tmp_path / "socket" / "api.sock") as made:
        yield made


def asked(tmp_path, numerai, mistake=None):
    """Ask one question of a proxy. Returns the answer, what arrived, and all lines."""
    change = planted.planted(tmp_path, *mistake) if mistake else None
    with proxies.lab(tmp_path, change=change) as lab:
        answer = one(lab, attacks.call(QUESTION))
        lab.lines(phase="done")
        assert b"REALSECRETKEY" not in lab.proxy.logs()
        assert "REALSECRETKEY" not in lab.record.read_text()
        return answer, numerai.got, lab.everything()


# What goes wrong before a call has left.
BEFORE = {
    "the gate raises": (
        "addons/gate.py",
        "        request = flow.request\n        if flow.error",
        f"        request = flow.request\n{RAISE}        if flow.error",
    ),
    "the policy raises": (
        "addons/policy.py",
        "        if not seen.hold_request or calls.is_denied(flow):\n            return\n",
        RAISE,
    ),
    "the keys raise": (
        "addons/keys.py",
        "        head = list(request",
        f"{RAISE}        head = list(request",
    ),
    "the recorder raises": ("addons/recorder.py", "        seen = calls.begin(flow)\n", RAISE),
    "the policy is not asked": ("proxy.py", "        Policy(orders),\n", ""),
    "the gate is not asked": ("proxy.py", "        Gate(),\n", ""),
    "the line is not written": (
        "addons/call_writer.py",
        "        if not self.notes.sent(seen):\n",
        "        if False:\n",
    ),
    "the choice of layers raises": (
        "addons/names.py",
        "        if starts_like_tls_record(data_client) and",
        f"{RAISE}        if starts_like_tls_record(data_client) and",
    ),
}
AFTER = {
    "the keys raise at an answer's head": (
        "addons/answers.py",
        "        seen, response = calls.seen(flow), flow.response\n",
        RAISE,
    ),
    "the policy raises at an answer": (
        "addons/policy.py",
        "        document: Document | None = flow.metadata.get(ASKED)\n",
        RAISE,
    ),
}


def test_without_a_mistake_the_question_is_answered(tmp_path, numerai):
    answer, got, lines = asked(tmp_path, numerai)

    assert answer.startswith("HTTP/1.1 200"), answer
    assert got[0]["headers"]["authorization"] == REAL
    assert [line["phase"] for line in lines if line.get("id")] == ["sent", "done"]


@pytest.mark.parametrize("mistake", BEFORE.values(), ids=BEFORE)
def test_with_a_mistake_nothing_leaves_and_that_is_on_record(tmp_path, numerai, mistake):
    answer, got, lines = asked(tmp_path, numerai, mistake)

    assert got == []
    assert not answer.startswith("HTTP/1.1 200")
    (line,) = [line for line in lines if line["phase"] == "done"]
    assert line["denied"]["rule"] == "fault"


@pytest.mark.parametrize("mistake", AFTER.values(), ids=AFTER)
def test_with_a_mistake_about_an_answer_nothing_comes_back_and_that_is_on_record(tmp_path, numerai, mistake):
    answer, got, lines = asked(tmp_path, numerai, mistake)

    assert len(got) == 1
    assert not answer.startswith("HTTP/1.1 200")
    assert [line["denied"]["rule"] for line in lines if line["phase"] == "done"] == ["fault"]


def test_a_call_in_flight_when_the_proxy_is_killed_is_on_record(tmp_path, numerai):
    with proxies.lab(tmp_path) as lab:
        paused = "import socket, ssl, time\n" + HALF_A_CALL
        lab.box.exec_run(["python3", "-c", paused, "numerai-uploads-us-west-2.s3.amazonaws.com"], detach=True)
        deadline = time.monotonic() + 10
        one(lab, attacks.call(UPLOAD_AUTH))
        while not numerai.got and time.monotonic() < deadline:
            time.sleep(0.05)
        lab.proxy.kill("SIGKILL")

        arrived = {call["path"] for call in numerai.got}
        on_record = {line["target"] for line in lab.everything() if line["phase"] == "sent"}
        assert arrived <= on_record


UPLOAD_AUTH = attacks.asking("{ rounds { number } }")
HALF_A_CALL = """
import sys
host = sys.argv[1]
talk = ssl.create_default_context().wrap_socket(socket.create_connection(("proxy", 443), 5), server_hostname=host)
talk.sendall(f"PUT /never HTTP/1.1\\r\\nHost: {host}\\r\\nContent-Length: 100\\r\\n\\r\\nx".encode())
time.sleep(60)
"""


def test_what_is_no_call_has_a_line_each(tmp_path, numerai):
    with proxies.lab(tmp_path) as lab:
        broken = list(attacks.broken())

        answers = [row["answer"] for row in sent(lab, broken)]

        assert numerai.got == []
        assert not [answer for answer in answers if answer.startswith("HTTP/1.1 2")]
        told = [line for line in lab.lines(least=len(broken), phase="done") if line["denied"]]
        assert len(told) == len(broken), json.dumps(told, indent=1)
