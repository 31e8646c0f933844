"""Every secret that this machine holds, by name: what must never go out. Nobody is told more than the names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from nab.config import Config
from nab.core.errors import NabError
from nab.core.upkeep.secrets.encodings import LEAST_SECRET
from nab.edges import process
from nab.edges.secrets import keys

OPEN = {
    "public_id",
    "account_id",
    "known_hosts",
    "username",
}  # names, no secrets; as images/proxy/keys/broker.py has it
APART, LONG = re.compile(r"[/:@?&=]"), 16  # parts of an address; a shorter one may be a word
AUTHORITY_KEY, CERTIFICATE = "mitmproxy-ca.pem", "ca.crt"


def held(config: Config) -> dict[str, bytes]:
    """Read every secret. Raises NabError when one is there and cannot be read: then nothing can be looked for."""
    if config.settings.tournament.kind == "live":
        keys.read_key(keys.key_file(config))  # runs have one, so whoever looks must have it too
    found: dict[str, bytes] = {}
    for file in files(config):
        found |= of_file(file)
    authority = config.paths.trust / AUTHORITY_KEY
    if authority.exists():
        found["authority"] = authority.read_bytes()
    return {name: secret for name, secret in found.items() if len(secret) >= LEAST_SECRET}


def public(config: Config) -> bytes:
    """Return the authority's certificate (DER), half of which stands in its key too."""
    import ssl

    file = config.paths.trust / CERTIFICATE
    return ssl.PEM_cert_to_DER_cert(file.read_text(encoding="ascii")) if file.exists() else b""


def files(config: Config) -> Iterator[Path]:
    """Yield every file that holds keys: the operator's, systemd's credentials, and the local tournament's."""
    folders = [config.paths.secrets]
    if credentials := process.environment(keys.CREDENTIALS):
        folders.append(Path(credentials))
    for folder in folders:
        if folder.is_dir():
            yield from sorted(path for path in folder.iterdir() if path.is_file())
    if (local := config.paths.tournament / "key.json").exists():
        yield local


def of_file(file: Path) -> dict[str, bytes]:
    """Return the secrets of a file: every text of a JSON value, or all of it where it is none."""
    content = read(file)
    try:
        value = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {file.name: content.strip()}
    return {f"{file.stem}{name}": text.strip().encode() for name, text in texts(value)}


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts of a JSON value with their names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in OPEN:
                yield from texts(inner, f"{name}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{name}.{number}")
    elif isinstance(value, str):
        yield name, value
        yield from ((f"{name}.part", part) for part in parts_of_address(value))


def parts_of_address(text: str) -> Iterator[str]:
    """Yield what is secret in an address by itself: its password, and what is long in its path and query."""
    try:
        address = urlsplit(text)
        password = address.password or ""
    except ValueError:
        return
    if not address.scheme or not address.netloc:
        return
    own, _, _ = address.netloc.rpartition("@")
    long = [one for one in APART.split(f"{own}/{address.path}/{address.query}") if len(one) >= LONG]
    for part in dict.fromkeys((password, *long)):
        yield from dict.fromkeys((part, unquote(part)))


def read(file: Path) -> bytes:
    """Read a file of keys. Raises NabError when it cannot be read, or can be read by others."""
    try:
        return keys.private_bytes(file)
    except OSError as error:
        raise NabError(
            f"{file} cannot be read, so its secrets cannot be looked for: {error.strerror}"
        ) from None
