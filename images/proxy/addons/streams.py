"""The last addon: bodies pass in pieces through the taps that the addons before it set, and none is held.

What is read whole is small and asked for by name: `seen.hold_request`, `seen.hold_response`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from mitmproxy import http
from network.digits import number
from record import calls

REFUSALS = ("127.0.0.1", 9001)
SMALL = 1 << 16
Tap = Callable[[bytes], bytes]


class Streams:
    """Puts the taps on."""

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Let a body through piece by piece; that of a refused call is read and dropped."""
        seen = calls.seen(flow)
        if calls.is_denied(flow):
            if not is_small(flow.request):
                turn_to_refusals(flow)
        elif not seen.hold_request:
            flow.request.stream = through([seen.count_request, *seen.request_taps])

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        seen = calls.seen(flow)
        if not seen.hold_response and not calls.is_denied(flow):
            flow.response.stream = through([seen.count_response, *seen.response_taps])


def through(taps: Sequence[Tap]) -> Callable[[bytes], list[bytes]]:
    """Return what mitmproxy calls with every piece, and with nothing at the end.

    A tap may hold back the end of what it has seen, and gives it out when it is called with nothing.
    """

    def stream(piece: bytes) -> list[bytes]:
        ends = not piece
        for tap in taps:
            given = tap(piece) if piece else b""
            piece = given + tap(b"") if ends else given
        return [piece] if piece else []

    return stream


def is_small(request: http.Request) -> bool:
    """Say whether a body is small enough to be read before the refusal is sent."""
    if "transfer-encoding" in request.headers:
        return False
    length = number(request.headers.get("content-length", "0"))
    return length is not None and length <= SMALL


def turn_to_refusals(flow: http.HTTPFlow) -> None:
    """Send a large refused body nowhere: to a port of our own that says the refusal and reads no byte of it."""
    refusal, request = flow.response, flow.request
    flow.response = None
    request.scheme = "http"
    request.host, request.port = REFUSALS
    request.method, request.path = "POST", f"/{refusal.status_code}"
    request.headers.clear()
    request.host_header = "refusals"
    request.headers["x-nab-refusal"] = refusal.text.strip()
    request.headers["x-nab-denied"] = refusal.headers["x-nab-denied"]
    request.headers["transfer-encoding"] = "chunked"
    seen = calls.seen(flow)

    def drop(piece: bytes) -> list[bytes]:
        seen.count_request(piece)
        return []

    request.stream = drop


async def serve_refusals(address: tuple[str, int]) -> asyncio.Server:
    """Answer every call with the refusal that is in its headers."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("utf-8", "replace").split("\r\n")
            status = head[0].split(" ")[1].strip("/")
            told = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
            body = (told.get("x-nab-refusal", "refused") + "\n").encode()
            writer.write(
                f"HTTP/1.1 {status} Refused\r\nx-nab-denied: {told.get('x-nab-denied', '')}\r\n"
                f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
                "connection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
            while await reader.read(SMALL):
                pass
        with suppress(ConnectionError):
            writer.close()

    return await asyncio.start_server(connected, *address)
