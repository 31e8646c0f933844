"""The real keys, and the places where they take that of the agent's placeholders. Knows no mitmproxy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from network import routes
from network.hosts import plain
from orders import Orders
from refused import Refused

from keys import leaks

# What an agent holds, in the shapes that its programs accept; lib/nab/edges/docker/proxy_box.py has the same.
PLACEHOLDERS: dict[str, dict[str, str]] = {
    "numerai": {"public_id": "nab-placeholder-id", "secret_key": "nab-placeholder-secret"},
    "anthropic": {
        "api_key": "sk-ant-api03-nab-placeholder-0000000000000000-AA",
        "oauth_token": "sk-ant-oat01-nab-placeholder-0000000000000000-AA",
    },
    "openai": {
        "api_key": "sk-proj-nab-placeholder-00000000000000000000",
        "access_token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJuYWIiLCJleHAiOjQxMDI0NDQ4MDB9.nab-placeholder-login",
        "account_id": "nab-placeholder-account",
    },
    "google": {"api_key": "AIzaSy-nab-placeholder-0000000000000000"},
}
OPEN_FIELDS = frozenset({"public_id", "account_id"})  # names, no secrets
Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Form:
    """One way in which a provider's key travels: to which hosts, in which header (or `?key`), written how."""

    provider: str
    hosts: tuple[str, ...]
    place: str
    written: str

    def filled(self, key: dict[str, str]) -> str | None:
        """Write the key as it travels, or None where the key has no such part."""
        try:
            return self.written.format(**key)
        except KeyError:
            return None

    @property
    def placeholder(self) -> str:
        return self.written.format(**PLACEHOLDERS[self.provider])


NUMERAI = Form("numerai", (routes.API_HOST,), "authorization", "Token {public_id}${secret_key}")
FORMS = (
    NUMERAI,
    Form("anthropic", ("api.anthropic.com",), "x-api-key", "{api_key}"),
    Form("anthropic", ("api.anthropic.com",), "authorization", "Bearer {api_key}"),
    Form("anthropic", ("api.anthropic.com",), "authorization", "Bearer {oauth_token}"),
    Form("openai", ("api.openai.com",), "authorization", "Bearer {api_key}"),
    Form("openai", ("chatgpt.com",), "authorization", "Bearer {access_token}"),
    Form("openai", ("chatgpt.com",), "chatgpt-account-id", "{account_id}"),
    Form("google", ("generativelanguage.googleapis.com",), "x-goog-api-key", "{api_key}"),
    Form("google", ("generativelanguage.googleapis.com",), "?key", "{api_key}"),
)
TOLD_HOSTS = frozenset(host for form in FORMS for host in form.hosts)
PROMPTED_HOSTS = TOLD_HOSTS - {
    routes.API_HOST
}  # an agent that prints its environment prints it into a prompt


@dataclass(frozen=True)
class Sent:
    """The head of a call as it is sent on."""

    path: str
    headers: tuple[tuple[str, str], ...]


class Broker:
    """Holds the keys of one proxy."""

    def __init__(self, keys: dict[str, dict[str, str]]) -> None:
        self.keys = keys
        self.secrets = secrets_of(keys)

    def head(self, scheme: str, host: str, path: str, headers: Headers) -> Sent:
        """Put the keys into a call's head. Raises Refused when a placeholder or a key goes anywhere else."""
        name = plain(host)
        forms = [form for form in FORMS if scheme == "https" and name in form.hosts]
        sent = [(key, self.swapped(forms, key.lower(), value)) for key, value in headers]
        others = [
            f"{key}: {value}" for (key, value), (_, real) in zip(headers, sent, strict=True) if real is None
        ]
        target, rest = self.target(forms, path)
        for text in (host, rest, *others):
            self.look(text)
        merged = [(key, real or value) for (key, value), (_, real) in zip(headers, sent, strict=True)]
        return Sent(target, tuple(merged))

    def swapped(self, forms: Sequence[Form], place: str, value: str) -> str | None:
        """Return the key for a placeholder in its right place; None for everything else."""
        form = next((form for form in forms if form.place == place and form.placeholder == value), None)
        if form is None:
            return None
        real = form.filled(self.keys.get(form.provider, {}))
        if real is None:
            what = "subscription token" if "token" in form.written else "key"
            raise Refused("key", f"no {form.provider} {what} is configured on this bench", 401)
        return real

    def target(self, forms: Sequence[Form], path: str) -> tuple[str, str]:
        """Put the key into the query. Returns the path to send, and what of it is no placeholder's place."""
        place, mark, query = path.partition("?")
        pairs, rest = [], []
        for pair in query.split("&"):
            name, _, value = pair.partition("=")
            real = self.swapped(forms, f"?{name}", value)
            pairs.append(pair if real is None else f"{name}={real}")
            rest += [pair] if real is None else []
        return place + mark + "&".join(pairs), place + mark + "&".join(rest)

    def look(self, text: str) -> None:
        """Raise Refused when there is a placeholder or a key in a text."""
        found = leaks.found(text, self.secrets)
        if found:
            raise Refused("key", f"{found} is in a call that it does not belong in")

    def needles(self, host: str) -> tuple[bytes, ...]:
        """Return what a body to a host must not have in it."""
        prompted = plain(host) in PROMPTED_HOSTS
        return tuple(secret.encode() for secret in self.secrets) + (
            () if prompted else (leaks.MARK.encode(),)
        )

    def hidden(self, text: str) -> str:
        """Take the keys out of an answer; its length stays."""
        for secret in self.secrets:
            text = re.sub(re.escape(secret), "*" * len(secret), text)
        return text


def secrets_of(keys: dict[str, dict[str, str]]) -> tuple[str, ...]:
    """Return every text that is secret."""
    found = (value for key in keys.values() for name, value in key.items() if name not in OPEN_FIELDS)
    return tuple(sorted({text for text in found if len(text) >= leaks.LEAST_SECRET}, key=len, reverse=True))


def load(orders: Orders) -> Broker:
    """Take the keys from the orders."""
    return Broker(orders.keys)


def secrets(orders: Orders) -> tuple[str, ...]:
    """Return every text that must not be written."""
    return secrets_of(orders.keys)
