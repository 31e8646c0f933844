import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nab.edges.numerai import bare_calls
from nab.edges.numerai.bare_calls import API_HOST, Caller, Heard
from nab.edges.secrets.keys import Key

KEY = Key("PUBLIC", "SECRET")


@contextmanager
def answering(status, content, **headers):
    """Serve the same to everybody; what came is yielded as it comes."""
    came = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            length = int(self.headers.get("Content-Length", 0))
            came.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", came
    finally:
        server.shutdown()
        server.server_close()


def local(url, key=None):
    return Caller(url, key, is_local=True, every=0.0)


def test_whatever_comes_is_returned_with_its_status_and_headers():
    with answering(503, b"<html>", Retry_After="5") as (url, came):
        heard = local(url).post(b"{")

    assert (heard.status, heard.content, heard.headers["Retry-After"]) == (503, b"<html>", "5")
    assert came[0][3] == b"{"
    assert "Authorization" not in came[0][2]


def test_the_local_tournament_is_called_by_numerai_s_name_and_its_storage_by_that_one_s():
    with answering(206, b"0123456789abcdef") as (url, came):
        local(url).post(b"{}", "Token x")
        heard = local(url).part("https://store.example/1402/v5.3/features.json?X-Amz-Date=1")

    assert (came[0][2]["Host"], came[0][2]["Authorization"]) == (API_HOST, "Token x")
    assert (came[1][1], came[1][2]["Host"]) == ("/1402/v5.3/features.json?X-Amz-Date=1", "store.example")
    assert came[1][2]["Range"] == "bytes=0-15"
    assert len(heard.content) == 16


def test_a_redirect_is_not_followed():
    with answering(302, b"", Location="http://127.0.0.1:9/") as (url, _):
        assert local(url).post(b"{}").status == 302


def test_an_answer_that_is_too_long_is_left(monkeypatch):
    monkeypatch.setattr(bare_calls, "LARGEST", 100)
    with answering(200, b"x" * 1000) as (url, _):
        assert local(url).post(b"{}").trouble == "the answer is too long"


def test_where_nobody_answers_that_is_said():
    assert local("http://127.0.0.1:9").post(b"{}") == Heard(trouble="no answer: ConnectionError")


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "https://[", "/v5.3/x", "gopher://x/y"])
def test_what_is_no_address_is_not_called(address):
    assert local("http://127.0.0.1:9").part(address) == Heard(trouble="no address")


def test_after_its_time_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(bare_calls, "BUDGET", -1.0)

    assert "used up" in local("http://127.0.0.1:9").post(b"{}").trouble


def test_calls_keep_their_distance(monkeypatch):
    waited = []
    monkeypatch.setattr(bare_calls.clock, "pause", waited.append)
    caller = Caller("http://127.0.0.1:9", KEY, is_local=False, every=100.0)
    monkeypatch.setattr(caller.session, "request", lambda *_, **__: (_ for _ in ()).throw(OSError))

    caller.post(b"{}")
    caller.post(b"{}")

    assert len(waited) == 1
    assert 90 < waited[0] <= 100
    assert caller.authorization() == "Token PUBLIC$SECRET"
