"""The addon: sends a call where it belongs, counts its bytes as they pass, and records it when it ends."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

import graphql_calls
import neighbours
import record
import routes
from broker import Broker
from mitmproxy import http, tls

LONG_STREAM = 1 << 20
KEPT = "nab"
SWITCHING_PROTOCOLS = 101


class Recorder:
    """What mitmproxy calls. `file` is open for appending; one call, one write, one line."""

    def __init__(self, source: record.Source, broker: Broker, numerai: str, file: int) -> None:
        self.source, self.broker, self.numerai, self.file = source, broker, numerai, file
        self.unsynced = False

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Note the call as the agent made it, give it its key, and turn it to the local tournament.

        Addresses off the public internet are refused here; names are looked at when they are resolved.
        """
        request = flow.request
        seen = flow.metadata[KEPT] = as_made(flow)
        if neighbours.is_written_as_one(request.host):
            refuse(flow, f"{request.host} is not on the public internet")
            return
        real = self.broker.swapped(request.scheme, request.host, request.headers.get("authorization", ""))
        if real:
            request.headers["authorization"] = real
        if not is_api_call(request):
            request.stream = counter(seen, "request_bytes")
        if routes.is_local(request.host, self.numerai):
            self.turn_to_tournament(request)

    def turn_to_tournament(self, request: http.Request) -> None:
        """Send it to the relay under the name that the agent used."""
        name = request.host
        request.scheme = "http"
        request.host, request.port = routes.RELAY
        request.host_header = name

    def request(self, flow: http.HTTPFlow) -> None:
        """Read what a GraphQL call asks for."""
        seen = flow.metadata[KEPT]
        body = flow.request.raw_content
        if body and not seen.request_bytes:
            seen.request_bytes = len(body)
            seen.call = graphql_calls.parse(body)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Stream everything but the answers that are read here."""
        seen, response = flow.metadata[KEPT], flow.response
        seen.status = response.status_code
        seen.content_type = response.headers.get("content-type", "").partition(";")[0].strip() or None
        if seen.call is None or seen.call.operation != "mutation":
            response.stream = counter(seen, "response_bytes")
        if is_long(response):
            self.write(record.line(seen, self.source, time.time(), "start"))

    def response(self, flow: http.HTTPFlow) -> None:
        """Record a call that ended well; a WebSocket only begins here."""
        seen = flow.metadata[KEPT]
        seen.status = flow.response.status_code
        body = flow.response.raw_content
        if body and not seen.response_bytes:
            seen.response_bytes = len(body)
            seen.submission = graphql_calls.submission(seen.call, body) if seen.call else None
        if flow.websocket is None:
            self.write(record.line(seen, self.source, time.time()))

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Count a message and keep none."""
        message = flow.websocket.messages.pop()
        seen = flow.metadata[KEPT]
        if message.from_client:
            seen.request_bytes += len(message.content)
        else:
            seen.response_bytes += len(message.content)

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        self.write(record.line(flow.metadata[KEPT], self.source, time.time()))

    def error(self, flow: http.HTTPFlow) -> None:
        """Record a call that broke off."""
        seen = flow.metadata.get(KEPT)
        if seen is not None and flow.websocket is None:
            seen.error = str(flow.error)
            self.write(record.line(seen, self.source, time.time()))

    def tls_failed_client(self, data: tls.TlsData) -> None:
        """Record a client that would not trust us: its call never came to be."""
        server = data.context.server.address or ("", 0)
        host = data.conn.sni or server[0]
        seen = record.Seen(data.conn.id, time.time(), "CONNECT", "https", host, server[1], "/")
        seen.error = f"TLS with the client failed: {data.conn.error}"
        self.write(record.line(seen, self.source, time.time()))

    def write(self, line: bytes) -> None:
        """Append a whole line in one system call."""
        os.write(self.file, line)
        self.unsynced = True

    async def keep_synced(self) -> None:
        """Put what was written on the disk, once a second."""
        while True:
            await asyncio.sleep(1)
            if self.unsynced:
                self.unsynced = False
                await asyncio.to_thread(os.fsync, self.file)


def as_made(flow: http.HTTPFlow) -> record.Seen:
    """Note a call as the agent made it; the host is the one it is dialled by, whatever its Host header says."""
    made = flow.request
    return record.Seen(flow.id, time.time(), made.method, made.scheme, made.host, made.port, made.path)


def refuse(flow: http.HTTPFlow, why: str) -> None:
    """Answer in the far side's place."""
    flow.metadata[KEPT].error = why
    flow.response = http.Response.make(403, f"nab proxy: {why}\n")


def is_api_call(request: http.Request) -> bool:
    """Say whether it is a GraphQL call, whose body is read."""
    kind = request.headers.get("content-type", "")
    return request.host.lower() == routes.API_HOST and request.method == "POST" and "json" in kind


def is_long(response: http.Response) -> bool:
    """Say whether an answer goes on long enough to be worth a line when it starts."""
    if response.status_code == SWITCHING_PROTOCOLS:
        return True
    if response.headers.get("content-type", "").startswith("text/event-stream"):
        return True
    length = response.headers.get("content-length", "")
    return length.isdigit() and int(length) >= LONG_STREAM


def counter(seen: record.Seen, which: str) -> Callable[[bytes], bytes]:
    """Return a tap that lets a body pass and counts it."""

    def tap(piece: bytes) -> bytes:
        setattr(seen, which, getattr(seen, which) + len(piece))
        return piece

    return tap
