"""Where a remote is, from its address in nab.toml."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

from nab.core.errors import NabError

LIKE = 'remote = "git@github.com:you/bench-state.git", or https://github.com/you/bench-state.git'
SCP = re.compile(r"[A-Za-z0-9][\w.-]*@[A-Za-z0-9][\w.-]*:[^\s-][^\s]*")


class Reached(StrEnum):
    """How a remote is reached."""

    SSH = "ssh"
    HTTPS = "https"
    FOLDER = "folder"


def reached(address: str) -> Reached:
    """Say how a remote is reached. Raises NabError for an address that is none or that has a secret in it."""
    if address.startswith("/") and "\n" not in address:
        return Reached.FOLDER
    if SCP.fullmatch(address):
        return Reached.SSH
    parts = urlsplit(address)
    if parts.scheme not in {"ssh", "https"} or not parts.hostname or any(c.isspace() for c in address):
        raise NabError(f"sync.remote: {address!r} is no git remote over ssh or https", hint=LIKE)
    if parts.password or (parts.scheme == "https" and parts.username):
        hint = "the token goes into state/secrets/github.json (docs/sync.md)"
        raise NabError("sync.remote has a user name or a password in it", hint=hint)
    if parts.hostname.startswith("-") or (parts.username or "").startswith("-"):
        raise NabError(f"sync.remote: {address!r} is no git remote over ssh or https", hint=LIKE)
    return Reached(parts.scheme)


def origin(address: str) -> str:
    """Return what of an https address a token is for: scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
