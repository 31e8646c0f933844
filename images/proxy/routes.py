"""Which hosts are Numerai's, and where the local tournament is reached."""

from __future__ import annotations

API_HOST = "api-tournament.numer.ai"
TOURNAMENT_HOSTS = frozenset(
    {
        API_HOST,
        "numerai-datasets-us-west-2.s3.amazonaws.com",
        "numerai-uploads-us-west-2.s3.amazonaws.com",
    }
)
RELAY = ("127.0.0.1", 9000)


def is_local(host: str, numerai: str) -> bool:
    """Say whether the local tournament answers for this host."""
    return numerai == "local" and host.lower() in TOURNAMENT_HOSTS
