"""The real Numerai key, and the one place where it takes the place of the agent's placeholder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import routes


@dataclass(frozen=True)
class Broker:
    """What the agent sends, and what is sent on in its place."""

    placeholder: str
    real: str
    secrets: tuple[str, ...]

    def swapped(self, scheme: str, host: str, authorization: str) -> str | None:
        """Return the header to send on, or None: only Numerai's API gets the key, only over TLS."""
        if scheme != "https" or host.lower() != routes.API_HOST or authorization != self.placeholder:
            return None
        return self.real


def token(public_id: str, secret_key: str) -> str:
    """Spell the header as Numerai wants it."""
    return f"Token {public_id}${secret_key}"


def load(file: Path, placeholder_id: str, placeholder_secret: str) -> Broker:
    """Read the real key; without a file the placeholder is passed on as it is."""
    placeholder = token(placeholder_id, placeholder_secret)
    if not file.exists():
        return Broker(placeholder, placeholder, ())
    key = json.loads(file.read_text(encoding="utf-8"))
    real = token(key["public_id"], key["secret_key"])
    return Broker(placeholder, real, (key["secret_key"], real))
