"""The one line to Numerai: timeouts, tries and a budget, against real servers that misbehave."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.utils import format_datetime

import pytest

from nab.core.windows.retries import Patience
from nab.edges import clock
from nab.edges.numerai.api import Numerai
from nab.edges.numerai.graphql import NO_TIME, Unanswered
from nab.edges.secrets.keys import Key

MODELS = b'{"data":{"account":{"models":[{"id":"1","name":"a"}]}}}'
QUICK = Patience(connect=1, read=0.3, budget=3, tries=2, pause=0.01)


def answer(body=MODELS, status="200 OK", headers=()):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@contextmanager
def server(*behaviours, patience=QUICK):
    """Serve one behaviour per connection, the last for all that follow: bytes to send, or a function of the socket."""
    listening = socket.create_server(("127.0.0.1", 0))
    served = []

    def talk(connection):
        with connection, suppress(OSError):  # a client that had enough
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            behaviour = behaviours[min(len(served), len(behaviours) - 1)]
            served.append(head)
            if callable(behaviour):
                behaviour(connection)
            else:
                connection.sendall(behaviour)

    def serve():
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield Numerai(url, Key("PUBLIC", "SECRET"), patience), served
    finally:
        listening.close()


def silent(connection):
    time.sleep(2)


def trickling(connection):
    """A byte every tenth of a second: never silent for long enough, and never done."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(300):
        connection.sendall(b" ")
        time.sleep(0.05)


def endless(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b" " * (1 << 20))


def cut(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")


@pytest.mark.full
@pytest.mark.parametrize(
    "failing",
    [answer(status="504 Gateway Time-out"), answer(b"<html>", "502 Bad Gateway"), silent, cut],
    ids=["504", "502", "silent", "cut"],
)
def test_a_question_that_was_not_answered_is_asked_once_more(failing):
    with server(failing, answer()) as (numerai, served):
        assert numerai.models() == {"a": "1"}
    assert len(served) == numerai.asked == 2


@pytest.mark.parametrize(
    "refusing",
    [
        answer(b'{"errors":[{"message":"no"}]}'),
        answer(status="401 Unauthorized"),
        answer(status="302 Found", headers=("Location: http://127.0.0.1:9/",)),
        answer(b"<html>Just a moment</html>"),
        answer(b'{"data":{"account":null}}'),
    ],
    ids=["refused", "401", "redirected", "html", "null"],
)
def test_what_another_try_would_not_change_is_not_tried_again(refusing):
    with server(refusing) as (numerai, served), pytest.raises(Unanswered):
        numerai.models()
    assert len(served) == 1


@pytest.mark.full
def test_a_server_that_trickles_holds_nobody_beyond_the_budget():
    began = time.monotonic()
    with server(trickling, patience=Patience(connect=1, read=0.3, budget=1, tries=2)) as (numerai, _):
        with pytest.raises(Unanswered, match=NO_TIME):
            numerai.models()
        assert time.monotonic() - began < 2
        with pytest.raises(Unanswered, match=NO_TIME):
            numerai.current_round()
        assert numerai.asked == 1


def test_an_answer_without_an_end_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr("nab.edges.numerai.graphql.LARGEST", 4 << 20)
    with server(endless) as (numerai, _), pytest.raises(Unanswered, match="too long"):
        numerai.models()


@pytest.mark.full
def test_what_numerai_asks_us_to_wait_is_waited_if_there_is_time():
    limited = answer(status="429 Too Many Requests", headers=("Retry-After: 1",))
    began = time.monotonic()
    with server(limited, answer()) as (numerai, served):
        assert numerai.models() == {"a": "1"}
    assert time.monotonic() - began >= 1
    assert len(served) == 2


def test_while_numerai_wants_us_to_wait_for_long_nothing_is_asked_at_all():
    when = format_datetime(clock.now() + timedelta(seconds=90), usegmt=True)
    limited = answer(status="429 Too Many Requests", headers=(f"Retry-After: {when}",))
    with server(limited, answer()) as (numerai, served):
        for _ in range(3):
            with pytest.raises(Unanswered):
                numerai.models()
    assert len(served) == numerai.asked == 1


def test_numerais_clock_counts_where_ours_is_off_and_what_was_known_of_it_until_it_answers():
    two_hours = timedelta(hours=2)
    dated = answer(headers=(f"Date: {format_datetime(clock.now() + two_hours, usegmt=True)}",))
    with server(dated) as (numerai, _):
        numerai.known_offset = timedelta(hours=-5)
        assert abs(numerai.time() - clock.now() - timedelta(hours=-5)) < timedelta(seconds=5)
        numerai.models()

        assert abs(numerai.time() - clock.now() - two_hours) < timedelta(seconds=5)


@pytest.mark.parametrize("date", ["yesterday", "", "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_a_date_that_is_none_says_nothing(date):
    with server(answer(headers=(f"Date: {date}",))) as (numerai, _):
        numerai.models()

        assert numerai.skew is None


def test_half_a_character_in_a_name_costs_no_answer():
    body = rb'{"data":{"account":{"models":[{"id":"1","name":"cut \ud83d"}]}}}'

    with server(answer(body)) as (numerai, _):
        assert numerai.models() == {"cut \ufffd": "1"}


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b"[]", b"5", b"\xff", b'{"data":' + b"9" * 9000 + b"}", b'{"data":{}}']
)
def test_an_answer_that_cannot_be_read_is_no_answer(body):
    with server(answer(body)) as (numerai, _), pytest.raises(Unanswered, match="cannot be read"):
        numerai.models()
