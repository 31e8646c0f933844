"""The addon that has whoever gets a key answer in plain, so that a key that comes back is seen and starred out."""

from __future__ import annotations

from collections.abc import Callable, Container

from keys import inflation, leaks
from mitmproxy import http
from network.hosts import plain
from record import calls
from record.seen import Seen

# A part of an answer could be cut in the middle of a key; a WebSocket's messages could be packed.
NOT_SENT = ("range", "if-range", "te", "sec-websocket-extensions")
BODILESS = frozenset({204, 304})
PACKED = b"nab proxy: the answer is packed in a way that cannot be looked through\n"


class Answers:
    """Looks at the answers of those hosts alone."""

    def __init__(self, secrets: tuple[bytes, ...], hosts: Container[str]) -> None:
        self.secrets, self.hosts = secrets, hosts

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Ask for a plain, whole answer."""
        if self.is_told(calls.seen(flow)) and not calls.is_denied(flow):
            for name in NOT_SENT:
                flow.request.headers.pop(name, None)
            flow.request.headers["accept-encoding"] = "identity"

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Take our keys out of an answer's head, and see to it that its body can be looked through."""
        seen, response = calls.seen(flow), flow.response
        if not self.is_told(seen):
            return
        response.data.reason = leaks.masked(response.data.reason, self.secrets)
        response.headers = http.Headers(
            [tuple(leaks.masked(part, self.secrets) for part in field) for field in response.headers.fields]
        )
        encoding = response.headers.get("content-encoding", "")
        framing = response.headers.get("transfer-encoding", "chunked").strip().lower()
        if framing != "chunked" or not (inflation.is_plain(encoding) or inflation.can_unpack(encoding)):
            keep_back(seen, response)
        elif not inflation.is_plain(encoding) and not seen.hold_response and has_body(flow):
            unpack(seen, response)

    def is_told(self, seen: Seen) -> bool:
        """Say whether a call's host gets a key."""
        return plain(seen.host) in self.hosts


def has_body(flow: http.HTTPFlow) -> bool:
    return flow.request.method != "HEAD" and flow.response.status_code not in BODILESS


def unpack(seen: Seen, response: http.Response) -> None:
    """Give the agent the answer as it was before it was packed."""
    del response.headers["content-encoding"]
    response.headers.pop("content-length", None)
    response.headers["transfer-encoding"] = "chunked"
    seen.response_taps.append(inflation.Inflate())


def keep_back(seen: Seen, response: http.Response) -> None:
    """Give the agent a sentence in the place of an answer."""
    seen.error = "the answer was packed in a way that cannot be looked through"
    response.status_code = 502
    response.headers = http.Headers(content_type="text/plain", content_length=str(len(PACKED)))
    seen.response_taps.append(instead(PACKED))


def instead(body: bytes) -> Callable[[bytes], bytes]:
    """Return a tap that gives out a body of ours at the end, and nothing of what comes."""
    return lambda piece: b"" if piece else body
