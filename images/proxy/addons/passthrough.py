"""Bulk data goes through unopened, at nearly the speed of a plain relay: who, when and how much is recorded."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.tcp import TCPLayer
from network import routes
from record import line_format

Write = Callable[[line_format.Seen, str], None]


class Passthrough(TCPLayer):
    """Relays a connection and counts its bytes each way, TLS included."""

    def __init__(self, context: Context, write: Write) -> None:
        super().__init__(context, ignore=True)
        host, port = context.server.address[:2]
        self.seen = line_format.Seen(str(uuid.uuid4()), time.time(), "TUNNEL", "https", host, port, "")
        self.write, self.over = write, False

    def start(self, event: Any) -> Any:
        self.write(self.seen, "start")
        yield from super().start(event)
        if self.context.server.timestamp_start is None:
            self.end("no connection")

    _handle_event = start

    def relay_messages(self, event: Any) -> Any:
        if isinstance(event, events.DataReceived):
            if event.connection == self.context.client:
                self.seen.request_bytes += len(event.data)
            else:
                self.seen.response_bytes += len(event.data)
        for command in super().relay_messages(event):
            if isinstance(command, commands.CloseConnection):
                self.end(None)
            yield command

    def end(self, error: str | None) -> None:
        if not self.over:
            self.over, self.seen.error = True, error
            self.write(self.seen, "done")


def choose(played: Sequence[routes.Way], write: Write) -> Callable[[Context], TCPLayer | None]:
    """Return what decides it: Numerai's data hosts, unless a stand-in is played there, and no other."""

    def passing(context: Context) -> TCPLayer | None:
        host, port = context.server.address[:2]
        bulk = port == 443 and host.lower() in routes.BULK_HOSTS and routes.way_to(host, played) is None
        return Passthrough(context, write) if bulk else None

    return passing
