"""Providers of an installation's own: a table [providers.<name>] of nab.toml, or of an agent's folder, read.

One with a public name is called by that name, over TLS. One with a private address is called by a name of ours, which
leads through the proxy to that address and port and to nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import ClassVar, Final, TypeVar
from urllib.parse import SplitResult, urlsplit

import msgspec

from nab.core.agents.adapters import Table
from nab.core.agents.providers import EXPECTED, LISTED, Host, KeyField, Kind, Provider, is_crooked

T = TypeVar("T")
NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST_NAME: Final = re.compile(rf"{LABEL}(\.{LABEL})*")
BASE_PATH: Final = re.compile(r"(/[\w.-]+)*", re.ASCII)
BELOW: Final = (
    "models.nab.example"  # what a server with a private address is called in a box: NAME.models.nab.example
)
RESERVED: Final = frozenset({"numerai"})
LOCAL_ENDS: Final = frozenset(
    {"arpa", "home", "internal", "invalid", "lan", "local", "localdomain", "localhost", "test"}
)
PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
KEYS: Final[Mapping[str, str | None]] = {
    "bearer": "authorization: Bearer {api_key}",
    "x-api-key": "x-api-key: {api_key}",
    "api-key": "api-key: {api_key}",
    "x-goog-api-key": "x-goog-api-key: {api_key}",
    "none": None,
}


@dataclass(frozen=True)
class Protocol:
    """Whose words the answers use, and which calls its clients make below a base URL."""

    answers: Kind
    paths: tuple[str, ...]


PROTOCOLS: Final[Mapping[str, Protocol]] = {
    "chat": Protocol("openai", ("POST /chat/completions",)),
    "responses": Protocol("openai", ("POST /responses",)),
    "anthropic": Protocol(
        "anthropic", ("POST /v1/messages?beta=true", "POST /v1/messages/count_tokens?beta=true")
    ),
    "google": Protocol(
        "google",
        (
            "POST /v1beta/models/{model}:streamGenerateContent?alt=sse",
            "POST /v1beta/models/{model}:generateContent",
            "POST /v1beta/models/{model}:countTokens",
        ),
    ),
}


class Told(Table, frozen=True, kw_only=True):
    """What a table says: where the models are, how they are asked, what the key is for, and whose prices hold."""

    base_url: str = ""
    protocol: str = "chat"
    key: str = "bearer"
    paths: tuple[str, ...] = ()
    prices: str = ""
    address: str = ""


class ProviderSettings(Told, frozen=True):
    """A table of nab.toml: the same, or, with `allow` alone, what a vendor's key is for beyond its list."""

    allow: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        return msgspec.structs.replace(self, allow=()) != ProviderSettings()


class OwnHost(Host, frozen=True, kw_only=True):
    """Its host. `address` and `port` are where the name leads to, where that is no public host; `header` is what the
    server is called there.
    """

    address: str = ""
    port: int = 0
    header: str = ""


class OwnProvider(Provider, frozen=True, kw_only=True):
    """A provider of the installation's own. `base_url` is as a box is told it; `prices` is whose prices hold for it."""

    needs_keys: ClassVar[bool] = False

    hosts: tuple[OwnHost, ...]
    base_url: str
    prices: str

    @property
    def url(self) -> str:
        return self.base_url


def own_provider(name: str, told: Told, *, may_be_private: bool = True) -> OwnProvider:
    """Return the provider that a table describes. Raises ValueError with the key that is wrong and why."""
    check_name(name)
    protocol, key = chosen("protocol", told.protocol, PROTOCOLS), chosen("key", told.key, KEYS)
    url = parts(told.base_url)
    host = private(name, told, url) if is_private(told, url) else public(url)
    if host.address and not may_be_private:
        raise ValueError("address: a server with a private address can be in nab.toml alone")
    base = url.path.rstrip("/")
    placeholder = KeyField(placeholder=f"sk-nab-placeholder-{name}-0000000000000000")
    return OwnProvider(
        title=name,
        answers=protocol.answers,
        hosts=(
            OwnHost(
                name=host.name,
                keys=(key,) if key else (),
                counted=tuple(below(base, call) for call in told.paths or protocol.paths),
                scripted=True,
                address=host.address,
                port=host.port,
                header=host.header,
            ),
        ),
        fields={"api_key": placeholder} if key else {},
        base_url=f"https://{host.name}{base}",
        prices=told.prices or name,
    )


def check_name(name: str) -> None:
    """Refuse what cannot be a part of a host's name and of a file's."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise ValueError(
            f"{name!r} is not a valid name for a provider: a-z, 0-9 and -, a letter first, 31 at most"
        )


def chosen(field: str, value: str, choices: Mapping[str, T]) -> T:
    """Return what a word stands for. Raises ValueError that lists the words."""
    if value not in choices:
        raise ValueError(f"{field}: {value!r} is none of {', '.join(choices)}")
    return choices[value]


def parts(written: str) -> SplitResult:
    """Take a base URL apart; a host alone is one with https. Raises ValueError for anything else."""
    if not written:
        raise ValueError("base_url is missing: https://openrouter.ai/api/v1, or http://192.168.1.20:8000/v1")
    wrong = ValueError(
        f"base_url: {written!r} is none: SCHEME://HOST[:PORT][/PATH] in small letters was expected"
    )
    url = urlsplit(written if "://" in written else f"https://{written}")
    try:
        port = url.port
    except ValueError:
        raise wrong from None
    extra = (
        url.query or url.fragment or url.username is not None or url.password is not None or "?" in written
    )
    if url.scheme not in {"http", "https"} or extra or port == 0 or "#" in written:
        raise wrong
    path = url.path.rstrip("/")
    if not HOST_NAME.fullmatch(url.hostname or "") or not BASE_PATH.fullmatch(path) or is_crooked(path):
        raise wrong
    return url


def is_private(told: Told, url: SplitResult) -> bool:
    """Say whether a server is meant that is not called by a public name."""
    return bool(told.address) or address_of(url.hostname or "") is not None


def address_of(text: str) -> IPv4Address | None:
    """Return the IPv4 address that a text is; None for a name."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None


def private(name: str, told: Told, url: SplitResult) -> OwnHost:
    """Return the host of a server with a private address. Raises ValueError for another address."""
    written = told.address or url.hostname or ""
    address = address_of(written)
    if address is None or not any(address in network for network in PRIVATE):
        raise ValueError(
            f"address: {written} is no private IPv4 address (10.x, 172.16.x to 172.31.x, 192.168.x); a public server "
            "is called by its name, and this machine by the address of its network"
        )
    if told.address and address_of(url.hostname or "") not in {None, address}:
        raise ValueError(f"address: base_url has another one, {url.hostname}")
    if url.scheme != "http":
        raise ValueError("base_url: a server with a private address is asked over http")
    return OwnHost(name=f"{name}.{BELOW}", address=str(address), port=url.port or 80, header=url.netloc)


def public(url: SplitResult) -> OwnHost:
    """Return the host of a server that everybody can reach. Raises ValueError for what is none."""
    host = url.hostname or ""
    labels = host.split(".")
    if len(labels) == 1 or labels[-1] in LOCAL_ENDS or labels[-1].isdigit():
        raise ValueError(
            f'base_url: {host} is no public name; say its private address: address = "192.168.1.20"'
        )
    if (
        host.endswith("nab.example")
        or host == "numer.ai"
        or host.endswith(".numer.ai")
        or "amazonaws" in host
    ):
        raise ValueError(f"base_url: {host} is no host of models")
    if url.scheme != "https" or url.port not in {None, 443}:
        raise ValueError(
            "base_url: a public server is asked over https, on port 443: the key would pass in clear"
        )
    return OwnHost(name=host)


def below(base: str, call: str) -> str:
    """Write a call below a base URL's path with its whole path."""
    found = LISTED.fullmatch(call)
    if found is None or found["host"] or is_crooked(found["path"]):
        raise ValueError(f"paths: {call!r} is no call: {EXPECTED}, below base_url")
    return f"{found['method']} {base}{found['path']}"
