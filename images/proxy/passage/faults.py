"""What becomes of a connection when something was raised: it is cut, and its calls are on record as refused.

Knows no mitmproxy: a client is an object with an `id`, and whatever a hook is about leads to one.
"""

from __future__ import annotations

import logging
import time
import traceback
import uuid
from collections.abc import Callable
from typing import Any

from record import calls
from record.call_log import Notes
from record.seen import Seen

RULE, NO_CALL = "fault", "-"
LONGEST_TRACE = 4096
logger = logging.getLogger(__name__)


class Faults:
    """Is told of everything that was raised. `cut` ends a client's connection and whatever it led to."""

    def __init__(self, notes: Notes, cut: Callable[[str], None]) -> None:
        self.notes, self.cut = notes, cut

    def broke(self, where: str, who: str, about: Any, error: BaseException) -> None:
        """End the connection that something was about. What was raised at a start or an end is only told."""
        said = f"{who} broke in {where}: {type(error).__name__}"
        client = client_of(about)
        try:
            if client is not None:
                stop(about, said)
                self.cut(client.id)
                self.write(client, about, said)
        finally:
            self.show(said, error)

    def write(self, client: Any, about: Any, said: str) -> None:
        """Write down the calls of the connection, or that there was none yet."""
        own = getattr(about, "metadata", {}).get(calls.KEPT)
        under_way = [seen for seen in self.notes.of(client.id) if seen is not own]
        for seen in [own, *under_way] if own is not None else under_way or [nameless(client)]:
            seen.denied = seen.denied or (RULE, said)
            self.notes.note(seen)

    def show(self, said: str, error: BaseException) -> None:
        """Tell whoever reads the proxy's log. A trace may quote what was sent, keys too."""
        trace = "".join(traceback.format_exception(error))[-LONGEST_TRACE:]
        logger.error(self.notes.source.redact(f"{said}\n{trace}"))


def client_of(about: Any) -> Any:
    """Return the client's connection that a hook is about; None for a hook that is about none."""
    if hasattr(about, "proxy_mode"):
        return about
    about = getattr(about, "context", about)
    return getattr(about, "client_conn", None) or getattr(about, "client", None)


def stop(about: Any, said: str) -> None:
    """Tell mitmproxy in its own ways that it goes no further: a flow is killed, a connection has an error."""
    if getattr(about, "killable", False):
        about.kill()
    client = about if hasattr(about, "proxy_mode") else None
    for connection in (client, getattr(about, "server", None)):
        if connection is not None:
            connection.error = connection.error or said


def nameless(client: Any) -> Seen:
    """Return what can be said of a connection on which no call was read."""
    host, port = getattr(client, "sni", None) or "", (getattr(client, "sockname", None) or ("", 0))[1]
    scheme = "https" if getattr(client, "tls", False) else "http"
    seen = Seen(str(uuid.uuid4()), time.time(), NO_CALL, scheme, host, port, "", connection=client.id)
    seen.client_port = client.peername[1] if getattr(client, "peername", None) else None
    return seen
