"""Which hosts are Numerai's, and where the local tournament is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import calls
from hosts import plain

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

API_HOST = "api-tournament.numer.ai"
UPLOADS_HOST = "numerai-uploads-us-west-2.s3.amazonaws.com"
BULK_HOSTS = frozenset({"numerai-datasets-us-west-2.s3.amazonaws.com"})
TOURNAMENT_HOSTS = frozenset({API_HOST, UPLOADS_HOST}) | BULK_HOSTS
RELAY = ("127.0.0.1", 9000)


def is_local(host: str, numerai: str) -> bool:
    """Say whether the local tournament answers for this host."""
    return numerai == "local" and plain(host) in TOURNAMENT_HOSTS


class Routes:
    """The addon that turns calls to the local tournament."""

    def __init__(self, numerai: str) -> None:
        self.numerai = numerai

    def requestheaders(self, flow: HTTPFlow) -> None:
        """Send it to the relay under the name that the agent used."""
        request = flow.request
        if calls.is_denied(flow) or not is_local(request.host, self.numerai):
            return
        name = request.host
        request.scheme = "http"
        request.host, request.port = RELAY
        request.host_header = name
