import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from nab.edges.net import reach, sockets


class Page(BaseHTTPRequestHandler):
    """Answers with a refusal and the date that the server was given."""

    date = ""

    def do_GET(self):
        self.send_response_only(403)
        if self.date:
            self.send_header("Date", self.date)
        self.end_headers()

    def log_message(self, *_):
        """Print nothing."""


@contextmanager
def served(date):
    server = HTTPServer(("127.0.0.1", 0), type("Dated", (Page,), {"date": date}))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_a_refusal_is_an_answer_and_its_date_is_their_clock():
    with served("Sat, 16 May 2020 13:02:07 GMT") as url:
        assert reach.skew_of(url) < -1_000_000


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_server_that_tells_no_time_has_our_clock(date):
    with served(date) as url:
        assert reach.skew_of(url) == 0.0


def test_where_nobody_listens_there_is_no_answer():
    with sockets.tcp(0) as listening:
        port = listening.getsockname()[1]
        assert reach.port_answers(port)

    assert not reach.port_answers(port)
    assert reach.skew_of(f"http://127.0.0.1:{port}") is None
