import pytest
from numerai import request_form
from refused import Refused

from support.attacks import attacks
from support.servers.proxies import HELD

GOOD = [
    ("Host", attacks.API),
    ("Content-Type", "application/json"),
    ("Content-Length", "10"),
    ("Authorization", HELD),
    ("User-Agent", "python-requests/2"),
    ("Connection", "keep-alive"),
]
# What the gate, the engine or the broker refuses, whatever the form.
ELSEWHERE = {
    "another host in Host",
    "the key in a cookie",
    "the key in another header",
    "two hosts",
    "userinfo in Host",
}


def head_of(raw):
    """Split a raw call as the engine does."""
    line, *rows = raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    method, path, version = line.split(" ")
    return method, "https", path, version, [tuple(row.split(": ", 1)) for row in rows]


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", 'application/json;charset="UTF8"']
)
def test_the_form_of_numerapi_is_let_through(kind):
    headers = [(name, kind if name == "Content-Type" else value) for name, value in GOOD]

    request_form.check("POST", "https", "/", "HTTP/1.1", headers)
    request_form.check(
        "POST", "https", "/", "HTTP/1.1", [pair for pair in headers if pair[0] != "Authorization"]
    )


HEADS = {name: raw for name, raw in attacks.heads() if name not in ELSEWHERE}


@pytest.mark.parametrize("name", HEADS)
def test_every_other_form_is_refused(name):
    with pytest.raises(Refused):
        request_form.check(*head_of(HEADS[name]))


def test_without_tls_nothing_is_asked():
    with pytest.raises(Refused, match="https"):
        request_form.check("POST", "http", "/", "HTTP/1.1", GOOD)
