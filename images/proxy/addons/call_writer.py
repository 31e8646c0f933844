"""The addon that writes what becomes of a call, when all that read it have had their say."""

from __future__ import annotations

import time

from kept import pages
from mitmproxy import http, tls
from network.digits import number
from record import calls, graphql_calls, line_format
from record.call_log import CANNOT_WRITE

from addons.recorder import BY_NAME, Recorder, category, via
from models import usage, watches

LONG_BODY = 1 << 20
SWITCHING_PROTOCOLS = 101
ORDERLY = frozenset({1000, 1001, 1005})  # done, going away, no code


class Ends:
    """Writes the lines of calls."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder, self.notes = recorder, recorder.notes
        self.answers: dict[str, usage.Usage] = {}

    def http_connect_error(self, flow: http.HTTPFlow) -> None:
        """Record a tunnel that was refused."""
        self.recorder.spoke[flow.client_conn.id] = True
        seen = calls.seen(flow)
        seen.via = via(flow.client_conn)
        seen.status = flow.response.status_code if flow.response else None
        self.notes.note(seen)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Write a line of a call before it leaves."""
        if not calls.seen(flow).hold_request:
            self.let_out(flow)
            self.keep_what_is_sent(flow)

    def keep_what_is_sent(self, flow: http.HTTPFlow) -> None:
        """See to it that a question, and a file for Numerai's storage, is kept as it passes."""
        seen, headers, files = calls.seen(flow), flow.request.headers, self.notes.files
        if calls.is_denied(flow) or files is None:
            return
        kind = headers.get("content-type", "")
        if pages.is_question_kept(category(seen), seen.method, kind):
            seen.question = files.begin(seen, "request", headers.get("content-encoding", ""), kind)
        if seen.upload_kind:
            length = number(headers.get("content-length", "")) or 0
            seen.spooled = files.spool.begin(seen.id, seen.upload_kind, length)
            seen.request_taps.append(seen.spooled)

    def request(self, flow: http.HTTPFlow) -> None:
        """Write it when a body that was held has been read."""
        if calls.seen(flow).hold_request:
            self.let_out(flow)

    def let_out(self, flow: http.HTTPFlow) -> None:
        """Have a line of a call on record, or refuse it; a call that sends much has its beginning written too."""
        if calls.is_denied(flow):
            return
        seen = calls.seen(flow)
        if not self.notes.sent(seen):
            calls.deny(flow, CANNOT_WRITE, "the record cannot be written", 503)
        elif is_long(flow.request.headers):
            self.notes.note(seen, "start")

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Record the beginning of an answer that takes long."""
        seen, response = calls.seen(flow), flow.response
        seen.status = response.status_code
        events = (seen.content_type or "") == watches.EVENTS
        if events or response.status_code == SWITCHING_PROTOCOLS or is_long(response.headers):
            self.notes.note(seen, "start")

    def response(self, flow: http.HTTPFlow) -> None:
        """Record a call that ended well; a WebSocket only begins here."""
        seen, content = calls.seen(flow), flow.response.raw_content
        seen.status = flow.response.status_code
        if seen.call and content and seen.submission is None:
            seen.submission = graphql_calls.submission(seen.call, content)
        if flow.websocket is None:
            self.notes.note(seen)
        else:
            seen.messages = [0, 0]

    def error(self, flow: http.HTTPFlow) -> None:
        """Record a call that broke off."""
        if calls.KEPT in flow.metadata and flow.websocket is None:
            seen = calls.seen(flow)
            seen.error = str(flow.error)
            self.notes.note(seen)

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Count a message, read what it cost, and keep none."""
        message = flow.websocket.messages.pop()
        seen = calls.seen(flow)
        if message.from_client:
            seen.messages[0] += 1
            seen.request_bytes += len(message.content)
        else:
            seen.messages[1] += 1
            seen.response_bytes += len(message.content)
            self.read_cost(seen, message.content)

    def read_cost(self, seen: line_format.Seen, content: bytes) -> None:
        """Record what a model's answer cost as soon as it is known: the WebSocket may live for days."""
        served = usage.provider(seen.host)
        if served is None or not usage.may_tell(content):
            return
        read = self.answers.setdefault(seen.id, usage.Usage(served))
        read.read(content)
        if read.complete:
            self.say_cost(seen)

    def say_cost(self, seen: line_format.Seen) -> None:
        """Write down what was read; an answer that broke off is not complete."""
        read = self.answers.pop(seen.id, None)
        if read and (cost := read.said()):
            self.notes.say("usage", id=seen.id, host=seen.host, usage=cost)

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        seen, code = calls.seen(flow), flow.websocket.close_code
        if code not in ORDERLY:
            seen.error = f"the WebSocket broke off ({code})"
        self.say_cost(seen)
        self.notes.note(seen)

    def tls_failed_client(self, data: tls.TlsData) -> None:
        """Record a client that would not trust us: its call never came to be."""
        server = data.context.server.address or ("", 0)
        host = data.conn.sni or server[0]
        seen = line_format.Seen(data.conn.id, time.time(), "CONNECT", "https", host, server[1], "/")
        seen.via = via(data.context.client)
        seen.error = f"TLS with the client failed: {data.conn.error}"
        self.recorder.spoke[data.context.client.id] = True
        self.notes.note(seen)

    def lookup_refused(self, name: str, kind: str, unknown: bool) -> None:
        """Record a query that names.Resolver would not answer."""
        seen = line_format.Seen("", time.time(), "DNS", "dns", name, 53, f"/{kind}", via=BY_NAME)
        seen.denied = ("dns", "no such public name" if unknown else f"{kind} queries are not answered")
        self.notes.note(seen)


def is_long(headers: http.Headers) -> bool:
    """Say whether a body takes long enough to be worth a line when it begins."""
    return (number(headers.get("content-length", "")) or 0) >= LONG_BODY
