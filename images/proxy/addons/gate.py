"""The first addon that refuses: which hosts and ports a call may go to at all, whatever it says there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from network.digits import number
from network.hosts import plain
from record import calls

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

PORTS = frozenset({80, 443})
VERSIONS = frozenset({"HTTP/1.0", "HTTP/1.1"})  # a greeting of HTTP/2 reads like a call of HTTP/1
NAMELESS = "nameless.invalid"  # the destination of a connection that has not said yet where it goes
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
LOCAL_ENDS = frozenset(
    {"arpa", "home", "internal", "invalid", "lan", "local", "localdomain", "localhost", "test"}
)
LONGEST_NAME, LONGEST_PORT = 253, 5


class Gate:
    """Lets calls to public names on the web's two ports pass, and says why it stops the others."""

    def http_connect(self, flow: HTTPFlow) -> None:
        """Refuse a tunnel before it is there."""
        calls.begin(flow)
        self.look(flow, flow.request.host, flow.request.port)

    def requestheaders(self, flow: HTTPFlow) -> None:
        """Find out whom a call is for, and whether all it says of that agrees."""
        request = flow.request
        if flow.error is not None:  # mitmproxy answers it with a 400; nothing of it goes on
            calls.seen(flow).host = request.host or flow.client_conn.sni or NAMELESS
            calls.deny(flow, "form", "this is no proper HTTP", 400)
            return
        if request.http_version not in VERSIONS:
            calls.deny(flow, "form", f"{request.http_version[:20]!a} is not spoken here", 505)
        if request.host == NAMELESS:
            give_name(flow)
        self.look(flow, request.host, request.port)
        if (name := other_name(flow)) is not None:
            calls.deny(flow, "host", f"a call to {request.host} says that it is for {name}", 421)
        request.authority = ""  # what is sent on names its host in the one usual way

    def look(self, flow: HTTPFlow, host: str, port: int) -> None:
        """Refuse what is no public name, and other ports than the web's."""
        if (why := objection(host)) is not None:
            calls.deny(flow, "address", why)
        if port not in PORTS:
            calls.deny(flow, "port", f"port {port} is closed; 80 and 443 are open")


def objection(host: str) -> str | None:
    """Say what is wrong with a host, or None when it is a name that can be on the public internet."""
    name = plain(host)
    if host == NAMELESS:
        return "the call does not say for which host it is"
    labels = name.split(".")
    if not name.isascii() or len(name) > LONGEST_NAME or not all(LABEL.fullmatch(label) for label in labels):
        return f"{host[:80]!r} is no host name"
    if not re.search("[a-z]", labels[-1]) or labels[-1].startswith("0x"):
        return f"{host} is an address; only names are called"
    if len(labels) == 1 or labels[-1] in LOCAL_ENDS:
        return f"{host} is not on the public internet"
    return None


def give_name(flow: HTTPFlow) -> None:
    """Take the destination of a plain call, which came to us by name, from its Host header."""
    request = flow.request
    name, port = authority(request.host_header)
    request.data.host = calls.seen(flow).host = name or NAMELESS
    if port is not None:
        request.data.port = calls.seen(flow).port = port


def other_name(flow: HTTPFlow) -> str | None:
    """Return a host that the call names besides the one it is dialled by."""
    request = flow.request
    dialled = plain(request.host)
    named = authority(request.host_header)[0]
    absolute = authority(request.authority)[0]  # GET https://other/ where / would do
    greeted = flow.client_conn.sni if request.scheme == "https" else None
    hosts = [value for key, value in request.headers.items(multi=True) if key.lower() == "host"]
    if len(hosts) > 1:
        return " and ".join(hosts)
    return next((name for name in (named, absolute, greeted) if name and plain(name) != dialled), None)


def authority(written: str | None) -> tuple[str, int | None]:
    """Split what a Host header says (or an absolute address) into name and port. A port that is none is a part of
    the name, so that it is refused with it."""
    whole = (written or "").strip()
    name, colon, port = whole.rpartition(":")
    if not colon or (port and not is_port(port)):
        return whole, None
    return name, number(port)


def is_port(text: str) -> bool:
    return len(text) <= LONGEST_PORT and number(text) is not None
