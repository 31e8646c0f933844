"""The last place inside mitmproxy: a head is sent on, or given back, only with the yes of every check.

mitmproxy makes its streams and its readers by these classes' names; `install` puts ours there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layers import http
from mitmproxy.proxy.layers.http import _events, _http1
from record import calls

from passage import checks

MOST_HEAD = 64 << 10  # bytes: whoever reads a head goes over all of it
HEAD_END = re.compile(rb"\n\r?\n")
MOST_WAITING = 4 << 20  # bytes that came before their turn
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nx-nab-denied: form\r\nconnection: close\r\n"
    b"content-length: 0\r\n\r\n"
)
Unread = Callable[[Any], None]


class Unmarked(Exception):
    """A head came to the exit without the yes of every check."""


class Overfull(Exception):
    """One side sends and sends where the other has to speak first."""


class Stream(http.HttpStream):
    """One call, with a look at each head that goes either way."""

    refusals: ClassVar[tuple[str, int]] = ("", 0)
    unread: ClassVar[Unread]
    hide: ClassVar[Callable[[bytes], bytes]]

    def _handle_event(self, event: events.Event) -> Any:
        steps, reply = super()._handle_event(event), None
        while True:
            try:
                command = steps.send(reply)
            except StopIteration:
                return
            if isinstance(command, http.SendHttp):
                self.look(command.event)
            reply = yield command

    def look(self, event: Any) -> None:
        """Raise Unmarked for a head that may not go on; note a call that never came to be one."""
        flow = getattr(self, "flow", None)
        seen = calls.known(flow)
        if isinstance(event, _events.RequestHeaders) and not self.may_leave(event.request, seen):
            raise Unmarked("a request")
        if isinstance(event, _events.ResponseHeaders) and not self.may_return(event.response, seen):
            raise Unmarked("an answer")
        if isinstance(event, _events.ResponseProtocolError):
            said = event.message.encode("utf-8", "replace")  # it may quote an answer
            event.message = self.hide(said).decode("utf-8", "replace")
            if seen is None:
                type(self).unread(self.context.client)

    def may_leave(self, request: Any, seen: Any) -> bool:
        """Say whether a request's head may be sent: a large refused one goes to our own refusals only."""
        turned_away = (request.host, request.port) == self.refusals
        return seen is not None and (turned_away or checks.may_leave(seen))

    def may_return(self, response: Any, seen: Any) -> bool:
        """Say whether an answer's head may be given back; those of a tunnel and `100 Continue` are mitmproxy's own."""
        ours = self.flow.request.method == "CONNECT" or response is not self.flow.response
        return ours or (seen is not None and checks.may_return(seen))


class Server(_http1.Http1Server):
    """Reads the client's calls; whatever is no call is told."""

    unread: ClassVar[Unread]

    def _handle_event(self, event: events.Event) -> Any:
        yield from super()._handle_event(event)
        if len(self.buf) > MOST_WAITING:
            raise Overfull

    def read_headers(self, event: events.Event) -> Any:
        broken_off = isinstance(event, events.ConnectionClosed) and bytes(self.buf).strip()
        if len(self.buf) > MOST_HEAD and not HEAD_END.search(bytes(self.buf)[:MOST_HEAD]):
            yield commands.SendData(self.conn, TOO_LARGE)
            yield commands.CloseConnection(self.conn)
            self.state = self.done
        else:
            yield from super().read_headers(event)
        if broken_off or (self.state == self.done and self.request is None):
            type(self).unread(self.conn)


class Client(_http1.Http1Client):
    """Reads the far side's answers."""

    def _handle_event(self, event: events.Event) -> Any:
        yield from super()._handle_event(event)
        if len(self.buf) > MOST_WAITING:
            raise Overfull


def install(refusals: tuple[str, int], unread: Unread, hide: Callable[[bytes], bytes]) -> None:
    """Let every connection from now on go through here.

    `unread` is told of a client that made no call, `hide` takes our keys out of what mitmproxy says itself.
    """
    Stream.refusals, Stream.hide = refusals, staticmethod(hide)
    Stream.unread = Server.unread = staticmethod(unread)
    http.HttpStream, http.Http1Server, http.Http1Client = Stream, Server, Client
