"""The addon that puts the real keys in the place of the placeholders, and keeps both from going anywhere else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from keys import leaks, openings
from keys.broker import Broker
from keys.openings import Asked
from mitmproxy import ctx, http
from network.hosts import plain
from record import calls
from record.line_format import Seen
from refused import Refused

WHY = "{} is in a body that it does not belong in"
ERRORS = {401: ("authentication_error", "UNAUTHENTICATED"), 403: ("permission_error", "PERMISSION_DENIED")}


class Keys:
    """Swaps towards the right hosts only, and watches everything else."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Put the keys in, and refuse a head in which one is out of place."""
        request, seen = flow.request, calls.seen(flow)
        if calls.is_denied(flow):
            return
        head = list(request.headers.items(multi=True))
        try:
            method = request.data.method.decode("latin-1")  # as it was written, not in capitals
            sent = self.broker.head(Asked(method, request.scheme, request.host, request.path, head))
        except Refused as refused:
            refuse(flow, refused)
            return
        if sent.path != request.path:
            request.path = sent.path
        request.headers = http.Headers([(encoded(name), encoded(value)) for name, value in sent.headers])
        if not seen.hold_request:
            seen.request_taps.append(leaks.Watch(self.broker.needles(seen.host), alarm(flow)))

    def request(self, flow: http.HTTPFlow) -> None:
        """Look through a body that was held."""
        seen = calls.seen(flow)
        if seen.hold_request and not calls.is_denied(flow):
            body = flow.request.raw_content or b""
            needle = next((needle for needle in self.broker.needles(seen.host) if needle in body), None)
            if needle is not None:
                calls.deny(flow, "key", WHY.format(named(needle)))

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Take our keys out of an answer's head, and out of the bodies of those who have them."""
        headers = flow.response.headers
        for name, value in list(headers.items(multi=True)):
            if self.broker.hidden(value) != value:
                headers.set_all(name, [self.broker.hidden(part) for part in headers.get_all(name)])
        seen = calls.seen(flow)
        if plain(seen.host) in self.broker.told_hosts and not seen.hold_response:
            seen.response_taps.append(leaks.Mask(self.secrets))

    def response(self, flow: http.HTTPFlow) -> None:
        """Take our keys out of an answer that was held."""
        if calls.seen(flow).hold_response and flow.response.raw_content:
            flow.response.raw_content = leaks.masked(flow.response.raw_content, self.secrets)

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Drop a message with a key in it and end the connection; star our keys out of what comes back."""
        message, seen = flow.websocket.messages[-1], calls.seen(flow)
        if not message.from_client:
            shown = leaks.masked(message.content, self.secrets)
            if shown != message.content:
                message.content = shown
            return
        needle = next(
            (needle for needle in self.broker.needles(seen.host) if needle in message.content), None
        )
        if needle is not None:
            message.drop()
            alarm(flow)(needle)

    @property
    def secrets(self) -> tuple[bytes, ...]:
        return tuple(secret.encode() for secret in self.broker.secrets)


def refuse(flow: http.HTTPFlow, refused: Refused) -> None:
    """Refuse; where a key is missing, or is not for such a call, in words that a provider's client shows."""
    calls.deny(flow, refused.rule, refused.why, refused.status)
    if refused.status == 401 or refused.rule == openings.RULE:
        kind, status = ERRORS[refused.status]
        error = {"type": kind, "code": refused.status, "status": status}
        flow.response.headers["content-type"] = "application/json"
        flow.response.text = json.dumps(
            {"type": "error", "error": error | {"message": f"nab proxy: {refused.why}"}}
        )


def alarm(flow: http.HTTPFlow) -> Callable[[bytes], None]:
    """Return what ends a call whose body has begun to pass."""

    def end(needle: bytes) -> None:
        seen: Seen = calls.seen(flow)
        if seen.denied is None:
            seen.denied = ("key", WHY.format(named(needle)))
        # A moment later, when mitmproxy is not in the middle of this very piece.
        asyncio.get_running_loop().call_soon(abort, flow)

    return end


def abort(flow: http.HTTPFlow) -> None:
    """Cut both connections of a call. mitmproxy's own kill does not reach a body that streams."""
    for handler in ctx.master.addons.get("proxyserver").connections.values():
        for end in (flow.server_conn, flow.client_conn):
            cut(handler.transports.get(end))


def cut(transport: object) -> None:
    writer = getattr(transport, "writer", None)
    if writer is not None:
        writer.transport.abort()


def named(needle: bytes) -> str:
    return "a placeholder" if needle == leaks.MARK.encode() else "a real key"


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
