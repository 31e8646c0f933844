"""A local tournament that answers otherwise: a server before it, with changes planted in what it says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import requests

KEPT_HEADERS = ("content-type", "content-range", "retry-after", "date")


class Answer(NamedTuple):
    """What goes back: `told` is JSON, or None where `content` is none."""

    status: int
    told: Any
    content: bytes = b""


Change = Callable[[str, Answer], Answer]


def everywhere(told: Any, name: str, change: Callable[[Any], Any]) -> Any:
    """Return an answer in which every value of that name is another."""
    if isinstance(told, dict):
        return {
            key: change(value) if key == name else everywhere(value, name, change)
            for key, value in told.items()
        }
    return [everywhere(one, name, change) for one in told] if isinstance(told, list) else told


def without_field(type_name: str, field: str, instead: str = "") -> Change:
    """Have a type without a field, or with another in its place: the schema says so, and whoever asks is refused."""

    def change(query: str, answer: Answer) -> Answer:
        if "__schema" in query:
            for one in answer.told["data"]["__schema"]["types"]:
                if one["name"] == type_name:
                    kept = [known for known in one["fields"] if known["name"] != field or instead]
                    one["fields"] = [
                        {**known, "name": instead} if known["name"] == field else known for known in kept
                    ]
            return answer
        if field in query:
            words = f'Cannot query field "{field}" on type "{type_name}".'
            return Answer(200, {"errors": [{"message": words, "locations": []}]})
        return answer

    return change


def declared_as(type_name: str, field: str, scalar: str) -> Change:
    """Have a field declared as another scalar."""

    def change(query: str, answer: Answer) -> Answer:
        if "__schema" in query:
            for one in answer.told["data"]["__schema"]["types"]:
                for known in one["fields"] or () if one["name"] == type_name else ():
                    if known["name"] == field:
                        known["type"] = {"kind": "SCALAR", "name": scalar, "ofType": None}
        return answer

    return change


def in_answers_to(operation: str, change: Callable[[Any], Any]) -> Change:
    """Change what one operation answers."""

    def changed(query: str, answer: Answer) -> Answer:
        data = answer.told.get("data") if isinstance(answer.told, dict) else None
        if isinstance(data, dict) and data.get(operation) is not None:
            return answer._replace(told={**answer.told, "data": {**data, operation: change(data[operation])}})
        return answer

    return changed


def whole(applies: Callable[[str, Answer], bool], instead: Answer) -> Change:
    """Give another answer altogether."""
    return lambda query, answer: instead if applies(query, answer) else answer


class Changed(ThreadingHTTPServer):
    """Stands before a tournament."""

    def __init__(self, url: str, changes: Sequence[Change]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url, self.changes = url, changes


class Handler(BaseHTTPRequestHandler):
    """Passes every call on, and what comes back through the changes."""

    server: Changed
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer, headers = self.passed_on(body)
        for change in self.server.changes:
            answer = change(query_of(body), answer)
        self.give(answer, headers)

    def do_GET(self) -> None:
        self.give(*self.passed_on(None))

    def passed_on(self, body: bytes | None) -> tuple[Answer, Mapping[str, str]]:
        sent = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        got = requests.request(
            self.command, self.server.url + self.path, data=body, headers=sent, timeout=120
        )
        try:
            return Answer(got.status_code, got.json(), got.content), got.headers
        except ValueError:
            return Answer(got.status_code, None, got.content), got.headers

    def give(self, answer: Answer, headers: Mapping[str, str]) -> None:
        content = answer.content if answer.told is None else json.dumps(answer.told).encode()
        self.send_response_only(answer.status)
        for name in KEPT_HEADERS:
            if name in headers:
                self.send_header(name, headers[name])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def query_of(body: bytes) -> str:
    try:
        return str(json.loads(body)["query"])
    except ValueError:
        return ""


@contextmanager
def changed(url: str, *changes: Change) -> Iterator[int]:
    """Serve the tournament of an address with changes; the port is yielded."""
    server = Changed(url, changes)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
