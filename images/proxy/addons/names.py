"""Clients that know of no proxy: every name leads to us, and the first bytes say whom they meant.

The agent's network has no route and no other resolver. A query is answered here and never sent on, so
nothing can be tunnelled out by it; the name is looked up when a call to it is let through.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from mitmproxy import dns
from mitmproxy.addons.next_layer import NeedsMoreData, NextLayer
from mitmproxy.net.dns import classes, response_codes, types
from mitmproxy.net.tls import starts_like_tls_record
from mitmproxy.proxy import mode_servers, mode_specs
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layer import NextLayer as Undecided
from mitmproxy.proxy.layers.modes import DestinationKnown
from network.hosts import plain

from addons import gate

OURSELVES = "proxy"
EMPTY_TYPES = frozenset({types.AAAA, types.HTTPS, types.SVCB})
LEAST_GREETING, MOST_GREETING = (
    3,
    64 << 10,
)  # bytes; a greeting is read from its beginning with every piece of it


class EndlessGreeting(Exception):
    """A TLS greeting goes on and on."""


class Resolver:
    """Answers every question for an address with our own. Other questions are refused and noted."""

    def __init__(self, address: str, note: Callable[[str, str, bool], None]) -> None:
        self.address, self.note = ipaddress.IPv4Address(address), note

    def dns_request(self, flow: dns.DNSFlow) -> None:
        """Answer one query (one question each, as everybody asks)."""
        asked = flow.request.question
        if asked is None or asked.class_ != classes.IN:
            self.refuse(flow, "?", "no question for the internet")
        elif asked.name.lower() == OURSELVES or gate.objection(asked.name) is None:
            self.answer(flow, asked)
        else:
            self.note(asked.name, types.to_str(asked.type), True)
            flow.response = flow.request.fail(response_codes.NXDOMAIN)

    def answer(self, flow: dns.DNSFlow, asked: dns.Question) -> None:
        """Give our address, nothing for its newer kinds, and refuse what carries text."""
        if asked.type == types.A:
            flow.response = flow.request.succeed([dns.ResourceRecord.A(asked.name, self.address)])
        elif asked.type in EMPTY_TYPES:
            flow.response = flow.request.succeed([])
        else:
            self.refuse(flow, asked.name, types.to_str(asked.type))

    def refuse(self, flow: dns.DNSFlow, name: str, kind: str) -> None:
        self.note(name, kind, False)
        flow.response = flow.request.fail(response_codes.REFUSED)


class NamedMode(mode_specs.ProxyMode):
    """`named@ADDRESS:PORT`: connections whose destination is the name that they open with."""

    description = "proxy by name"
    transport_protocol = mode_specs.TCP

    def __post_init__(self) -> None:
        if self.data:
            raise ValueError("named takes no argument")


class ByName(DestinationKnown):
    """The outermost layer of such a connection."""

    def _handle_event(self, event: Any) -> Any:
        self.child_layer = Undecided(self.context)
        yield from self.finish_start()


class NamedServer(mode_servers.AsyncioServerInstance[NamedMode]):
    """Listens for them."""

    def make_top_layer(self, context: Context) -> Layer:
        return ByName(context)


class Layers(NextLayer):
    """mitmproxy's choice of layers, with the destination found."""

    def _next_layer(self, context: Context, data_client: bytes, data_server: bytes) -> Layer | None:
        if starts_like_tls_record(data_client) and len(data_client) > MOST_GREETING:
            raise EndlessGreeting
        if isinstance(context.layers[0], ByName) and len(context.layers) == 1:
            if len(data_client) < LEAST_GREETING:
                raise NeedsMoreData
            context.server.address = (greeted(self, context, data_client), context.client.sockname[1])
        return super()._next_layer(context, data_client, data_server)


def greeted(layers: NextLayer, context: Context, data_client: bytes) -> str:
    """Return the name in a TLS greeting. Raises NeedsMoreData while it is incomplete."""
    hello = layers._get_client_hello(context, data_client)
    return plain(hello.sni) if hello and hello.sni else gate.NAMELESS
