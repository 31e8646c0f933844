"""The first addon: notes a call before anybody changes it, and counts it while it passes."""

from __future__ import annotations

import time

from kept import pages
from keys import inflation
from mitmproxy import connection, dns, http
from passage import faults
from record import bodies, calls, categories, line_format
from record.call_log import CANNOT_WRITE, Notes

from models import watches

DNS = "dns"
EXPLICIT = "regular"
BY_PROXY, BY_NAME = "proxy", "name"


class Recorder:
    """What mitmproxy calls first: bodies and headers are still as their senders sent them."""

    def __init__(self, notes: Notes, *, light: bool) -> None:
        self.notes, self.light = notes, light
        self.spoke: dict[str, bool] = {}

    def client_connected(self, client: connection.Client) -> None:
        if client.proxy_mode.type_name != DNS:
            self.notes.counted.connections += 1
            self.spoke[client.id] = False

    def client_disconnected(self, client: connection.Client) -> None:
        """Count a connection on which nothing was said that has a line."""
        self.notes.counted.silent += self.spoke.pop(client.id, True) is False

    def unread(self, client: connection.Client) -> None:
        """Record what somebody sent that is no call: mitmproxy answers it, and no addon sees it."""
        seen = faults.nameless(client)
        seen.via = via(client)
        seen.denied = ("form", "this is no proper HTTP")
        self.spoke[client.id] = True
        self.notes.note(seen)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Begin a call; one that there is no room to record goes no further."""
        seen = calls.begin(flow)
        seen.via = via(flow.client_conn)
        self.spoke[flow.client_conn.id] = True
        seen.request_header_bytes = size(flow.request.headers, flow.request.path)
        if not self.notes.admits():
            calls.deny(flow, CANNOT_WRITE, "the record cannot be written", 503)
        self.notes.begin(seen)

    def request(self, flow: http.HTTPFlow) -> None:
        """Count a body that was held, before it is changed."""
        seen, content = calls.seen(flow), flow.request.raw_content
        if not flow.request.stream and content:
            seen.count_request(content)
            if self.keeps_bodies(seen):
                seen.kept["request"] = (content, content)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Note what an answer is, and what has to be read of it on its way."""
        seen, response = calls.seen(flow), flow.response
        seen.first_byte = time.time()
        kind = response.headers.get("content-type", "")
        seen.content_type = kind.partition(";")[0].strip() or None
        seen.response_header_bytes = size(response.headers, response.reason)
        if seen.denied is None:
            encoding = response.headers.get("content-encoding", "")
            seen.watch = watches.watch(seen.host, response.status_code, kind, encoding)
            if self.notes.files and pages.is_answer_kept(category(seen), kind, seen.target):
                seen.answer = self.notes.files.begin(seen, "response", encoding, kind)

    def response(self, flow: http.HTTPFlow) -> None:
        """Count an answer that was held, before it is changed."""
        seen, content = calls.seen(flow), flow.response.raw_content
        if content and not flow.response.stream:
            seen.count_response(content)
            if self.keeps_bodies(seen) and seen.denied is None:
                seen.kept["response"] = (content, plain_or_packed(content, flow.response.headers))

    def keeps_bodies(self, seen: line_format.Seen) -> bool:
        return bodies.are_kept(category(seen), light=self.light)

    def dns_request(self, flow: dns.DNSFlow) -> None:
        self.notes.counted.lookups += 1


def category(seen: line_format.Seen) -> str:
    """Name the kind of place that a call goes to."""
    return categories.category(seen.host, seen.target.partition("?")[0])


def via(client: connection.Client) -> str:
    """Say how a client came to us: as one that knows of a proxy, or by a name that leads here."""
    return BY_PROXY if client.proxy_mode.type_name == EXPLICIT else BY_NAME


def plain_or_packed(content: bytes, headers: http.Headers) -> bytes:
    """Return a body as it was before it was packed, or as it is where that cannot be done."""
    try:
        return inflation.whole(content, headers.get("content-encoding", ""))
    except ValueError:
        return content


def size(headers: http.Headers, line: str) -> int:
    """Count the bytes of a head, with its first line about as long as it was."""
    return len(line) + 16 + sum(len(name) + len(value) + 4 for name, value in headers.fields)
