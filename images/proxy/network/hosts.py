"""How hosts are compared: a name in capitals, or with the root's dot at its end, is the same name."""

from __future__ import annotations


def plain(host: str) -> str:
    """Return the one spelling of a host's name."""
    return host.lower().removesuffix(".")
