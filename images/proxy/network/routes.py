"""Which hosts are Numerai's and the models', and who on this machine answers in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders import Orders
from providers import PROVIDERS
from record import calls, categories

from network.hosts import plain

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

API_HOST = "api-tournament.numer.ai"
UPLOADS_HOST = "numerai-uploads-us-west-2.s3.amazonaws.com"
BULK_HOSTS = frozenset({"numerai-datasets-us-west-2.s3.amazonaws.com"})
TOURNAMENT_HOSTS = frozenset({API_HOST, UPLOADS_HOST}) | BULK_HOSTS
MODEL_HOSTS = frozenset(host.name for provider in PROVIDERS for host in provider.hosts if host.scripted)
CLOSED = frozenset({"llm", "telemetry"})  # with scripted models: no other model is asked, and nobody is told


@dataclass(frozen=True)
class Way:
    """A stand-in: what it is called, whose calls it answers, and the relay that leads to its socket."""

    name: str
    hosts: frozenset[str]
    relay: tuple[str, int]
    socket: str


TOURNAMENT = Way("local tournament", TOURNAMENT_HOSTS, ("127.0.0.1", 9000), "/run/tournament/api.sock")
MODELS = Way("scripted models", MODEL_HOSTS, ("127.0.0.1", 9003), "/run/models/api.sock")


def ways(orders: Orders) -> tuple[Way, ...]:
    """Return the stand-ins that are played."""
    played = ((TOURNAMENT, orders.numerai == "local"), (MODELS, orders.models == "scripted"))
    return tuple(way for way, is_played in played if is_played)


def way_to(host: str, played: Sequence[Way]) -> Way | None:
    """Return the stand-in that answers for a host; None for a host of the internet."""
    return next((way for way in played if plain(host) in way.hosts), None)


class Routes:
    """The addon that turns calls to the stand-ins, and keeps scripted runs from those who sell models."""

    def __init__(self, played: Sequence[Way]) -> None:
        self.played = played

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
        elif MODELS in self.played and categories.category(name, request.path) in CLOSED:
            calls.deny(flow, "models", f"the models are scripted here: no call goes to {name}")
