"""One call on its way through the addons: what is known of it, and how it is refused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from record import line_format

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

KEPT = "nab"


def begin(flow: HTTPFlow) -> line_format.Seen:
    """Note a call as the agent made it; the host is the one it is dialled by, whatever its Host header says."""
    made = flow.request
    noted = line_format.Seen(flow.id, time.time(), made.method, made.scheme, made.host, made.port, made.path)
    noted.connection = getattr(flow.client_conn, "id", "")
    noted.client_port = flow.client_conn.peername[1] if flow.client_conn.peername else None
    flow.metadata[KEPT] = noted
    return noted


def seen(flow: HTTPFlow) -> line_format.Seen:
    """Return what is known of a call."""
    noted: line_format.Seen = flow.metadata[KEPT]
    return noted


def known(about: object) -> line_format.Seen | None:
    """Return what is known of a call; None for one that has not begun, and for what is none."""
    metadata = getattr(about, "metadata", None)
    return metadata.get(KEPT) if metadata else None


def deny(flow: HTTPFlow, rule: str, why: str, status: int = 403) -> None:
    """Answer in the far side's place: nothing of the call is sent on. The first refusal of a call stands."""
    from mitmproxy.http import Response

    if flow.response is not None:
        return
    seen(flow).denied = (rule, why)
    flow.response = Response.make(
        status, f"nab proxy: {why}\n", {"content-type": "text/plain; charset=utf-8", "x-nab-denied": rule}
    )


def is_denied(flow: HTTPFlow) -> bool:
    return seen(flow).denied is not None
