"""Which hosts are Numerai's and the models', and who on this machine answers in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders import Orders
from providers import Host, known
from record import calls, categories

from network.hosts import plain

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

API_HOST = "api-tournament.numer.ai"
UPLOADS_HOST = "numerai-uploads-us-west-2.s3.amazonaws.com"
BULK_HOSTS = frozenset({"numerai-datasets-us-west-2.s3.amazonaws.com"})
TOURNAMENT_HOSTS = frozenset({API_HOST, UPLOADS_HOST}) | BULK_HOSTS
CLOSED = frozenset({"llm", "telemetry"})  # with scripted models: no other model is asked, and nobody is told


@dataclass(frozen=True)
class Way:
    """A stand-in: what it is called, whose calls it answers, and the relay that leads to its socket."""

    name: str
    hosts: frozenset[str]
    relay: tuple[str, int]
    socket: str


TOURNAMENT = Way("local tournament", TOURNAMENT_HOSTS, ("127.0.0.1", 9000), "/run/tournament/api.sock")
MODELS = "scripted models"


def ways(orders: Orders) -> tuple[Way, ...]:
    """Return the stand-ins that are played."""
    hosts = frozenset(host.name for one in known(orders.providers) for host in one.hosts if host.scripted)
    models = Way(MODELS, hosts, ("127.0.0.1", 9003), "/run/models/api.sock")
    played = ((TOURNAMENT, orders.numerai == "local"), (models, orders.models == "scripted"))
    return tuple(way for way, is_played in played if is_played)


def way_to(host: str, played: Sequence[Way]) -> Way | None:
    """Return the stand-in that answers for a host; None for a host of the internet."""
    return next((way for way in played if plain(host) in way.hosts), None)


def servers(orders: Orders) -> dict[str, Host]:
    """Return the models' servers of this installation's own network, by the name that a box has for each."""
    if orders.models == "scripted":
        return {}
    hosts = (host for one in known(orders.providers) for host in one.hosts)
    return {host.name: host for host in hosts if host.leads_to}


class Routes:
    """The addon that turns calls to the stand-ins and to models' servers of our own network.

    It keeps scripted runs from those who sell models.
    """

    def __init__(self, played: Sequence[Way], servers: Mapping[str, Host] | None = None) -> None:
        self.played, self.servers = played, servers or {}

    def requestheaders(self, flow: HTTPFlow) -> None:
        """Send it to the relay under the name that the agent used."""
        request = flow.request
        if calls.is_denied(flow):
            return
        name = request.host
        way = way_to(name, self.played)
        if way is not None:
            request.scheme = "http"
            request.host, request.port = way.relay
            request.host_header = name
        elif (server := self.servers.get(plain(name))) is not None and server.leads_to:
            request.scheme = "http"
            request.host, request.port = server.leads_to
            request.host_header = server.header
        elif (
            any(way.name == MODELS for way in self.played)
            and categories.category(name, request.path) in CLOSED
        ):
            calls.deny(flow, "models", f"the models are scripted here: no call goes to {name}")
