"""A client's connection with all that it led to: what is raised inside mitmproxy ends it."""

from __future__ import annotations

import logging
import sys
from typing import Any, ClassVar

from mitmproxy.proxy import events, mode_servers

from passage.faults import Faults


class Connection(mode_servers.ProxyConnectionHandler):
    """mitmproxy's own would write a fault into its log and go on with the next bytes."""

    live: ClassVar[dict[str, Connection]] = {}
    faults: ClassVar[Faults]
    over = False

    async def handle_client(self) -> None:
        self.live[self.client.id] = self
        try:
            await super().handle_client()
        finally:
            del self.live[self.client.id]

    async def server_event(self, event: events.Event) -> None:
        if not self.over:
            await super().server_event(event)

    def log(self, message: str, level: int = logging.INFO, exc_info: Any = None) -> None:
        """Be told of a fault: by this alone mitmproxy says that something was raised."""
        if not exc_info:
            super().log(message, level)
            return
        error = exc_info[1] if isinstance(exc_info, tuple) else sys.exc_info()[1]
        self.faults.broke("a layer", "mitmproxy", self, error)

    def end(self) -> None:
        """Cut everything at once: nothing that is written from now on, or waits to be sent, goes out."""
        self.over = True
        for io in self.transports.values():
            transport = getattr(io.writer, "transport", None)
            if transport is not None:
                transport.abort()
            if io.handler is not None:
                io.handler.cancel("fault")


def cut(client: str) -> None:
    """End the connection of a client."""
    if (connection := Connection.live.get(client)) is not None:
        connection.end()


def install(faults: Faults) -> None:
    """Let every connection from now on be one of ours."""
    Connection.faults = faults
    mode_servers.ProxyConnectionHandler = Connection
