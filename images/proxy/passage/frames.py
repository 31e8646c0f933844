"""The frames of a WebSocket that no addon sees: what they say is hidden like a message, and none grows without end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from mitmproxy.proxy.layers import websocket
from wsproto import events

MOST_BYTES, MOST_FRAMES = (
    16 << 20,
    10_000,
)  # of one message, which is put together anew with every piece of it
Hide = Callable[[bytes], bytes]


class Overlong(Exception):
    """A message goes on and on."""


class Frames(websocket.WebsocketConnection):
    """One side of a WebSocket."""

    hide: ClassVar[Hide]
    frame_buf: Any = ()  # until it is made: its parent reads as it begins

    def receive_data(self, data: bytes | None) -> None:
        held = sum(map(len, self.frame_buf[-MOST_FRAMES:]))
        if len(self.frame_buf) > MOST_FRAMES or held + len(data or b"") > MOST_BYTES:
            raise Overlong
        super().receive_data(data)

    def send2(self, event: Any) -> Any:
        """Send what mitmproxy passes on by itself without our keys in it."""
        if isinstance(event, events.Ping | events.Pong):
            event = replace(event, payload=self.hide(bytes(event.payload)))
        elif isinstance(event, events.CloseConnection) and event.reason:
            event = replace(event, reason=self.hide(event.reason.encode()).decode("utf-8", "replace"))
        return super().send2(event)


def install(hide: Hide) -> None:
    """Let every WebSocket from now on be made of these."""
    Frames.hide = staticmethod(hide)
    websocket.WebsocketConnection = Frames
