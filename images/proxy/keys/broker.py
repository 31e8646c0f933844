"""The real keys, and the places where they take that of the agent's placeholders. Knows no mitmproxy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from network import routes
from network.hosts import plain
from orders import Orders
from providers import PROVIDERS, Provider, known
from refused import Refused

from keys import leaks, openings
from keys.openings import Asked

# What an agent holds, in the shapes that its programs accept; lib/nab/edges/docker/proxy_box.py has Numerai's, too.
PLACEHOLDERS: dict[str, dict[str, str]] = {
    "numerai": {"public_id": "nab-placeholder-id", "secret_key": "nab-placeholder-secret"}
} | {provider.name: provider.placeholders for provider in PROVIDERS if provider.placeholders}
OPEN_FIELDS = frozenset({"public_id"}).union(*(provider.open_fields for provider in PROVIDERS))
Headers = openings.Headers


@dataclass(frozen=True)
class Form:
    """One way in which a provider's key travels: to which host, in which header (or `?key`), written how."""

    provider: str
    host: str
    place: str
    written: str
    placeholder: str

    def filled(self, key: dict[str, str]) -> str | None:
        """Write the key as it travels, or None where the key has no such part."""
        try:
            return self.written.format(**key)
        except KeyError:
            return None


def forms(providers: Iterable[Provider]) -> tuple[Form, ...]:
    """Return how the keys of some providers travel."""
    return tuple(
        Form(provider.name, host.name, place, written, written.format(**provider.placeholders))
        for provider in providers
        for host in provider.hosts
        for place, written in host.keys
    )


TOKEN = "Token {public_id}${secret_key}"
NUMERAI = Form("numerai", routes.API_HOST, "authorization", TOKEN, TOKEN.format(**PLACEHOLDERS["numerai"]))
FORMS = (NUMERAI, *forms(PROVIDERS))
# For which calls: of Numerai's one address policy.py says the rest.
CALLS: dict[str, tuple[str, ...]] = {"numerai": (f"POST {routes.API_HOST}/",)} | {
    provider.name: provider.calls for provider in PROVIDERS if provider.placeholders
}


@dataclass(frozen=True)
class Sent:
    """The head of a call as it is sent on."""

    path: str
    headers: tuple[tuple[str, str], ...]


class Broker:
    """Holds the keys of one proxy, and what they are for: `calls`, by provider, in place of the usual ones.

    `providers` are those that it knows. A server of this installation's network is walled: with a key or without, it
    is asked nothing but what is listed.
    """

    def __init__(
        self,
        keys: dict[str, dict[str, str]],
        calls: Mapping[str, Sequence[str]] | None = None,
        providers: Sequence[Provider] = PROVIDERS,
    ) -> None:
        self.keys = keys
        self.secrets = secrets_of(keys)
        self.forms = (NUMERAI, *forms(providers))
        usual = CALLS | {one.name: one.calls for one in providers if one not in PROVIDERS}
        self.openings = {
            provider: tuple(map(openings.opening, lines))
            for provider, lines in (usual | dict(calls or {})).items()
        }
        hosts = [(host, one.name) for one in providers for host in one.hosts]
        self.walled = {host.name: name for host, name in hosts if host.leads_to}
        self.told_hosts = frozenset(form.host for form in self.forms)
        # An agent that prints its environment prints it into a prompt.
        self.prompted_hosts = (self.told_hosts - {routes.API_HOST}) | self.walled.keys()

    def head(self, asked: Asked) -> Sent:
        """Put the keys into a call's head.

        Raises Refused when a placeholder or a key goes anywhere else, or a key to a call that it is not for.
        """
        forms = [form for form in self.forms if asked.scheme == "https" and form.host == plain(asked.host)]
        headers = [(name, value, self.swapped(forms, name.lower(), value)) for name, value in asked.headers]
        pairs = [(pair, self.swapped(forms, *placed(pair))) for pair in asked.pairs]
        rest = [pair for pair, real in pairs if real is None]
        others = [f"{name}: {value}" for name, value, real in headers if real is None]
        for text in (asked.host, with_query(asked, rest), *others):
            self.look(text)
        if len(rest) < len(pairs) or len(others) < len(headers):
            openings.check(asked, rest, self.openings[forms[0].provider], forms[0].provider)
        elif walled := self.walled.get(plain(asked.host)):
            openings.check(asked, rest, self.openings[walled], walled)
        sent = [pair if real is None else f"{pair.partition('=')[0]}={real}" for pair, real in pairs]
        return Sent(with_query(asked, sent), tuple((name, real or value) for name, value, real in headers))

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

    def look(self, text: str) -> None:
        """Raise Refused when there is a placeholder or a key in a text."""
        found = leaks.found(text, self.secrets)
        if found:
            raise Refused("key", f"{found} is in a call that it does not belong in")

    def needles(self, host: str) -> tuple[bytes, ...]:
        """Return what a body to a host must not have in it."""
        prompted = plain(host) in self.prompted_hosts
        return tuple(secret.encode() for secret in self.secrets) + (
            () if prompted else (leaks.MARK.encode(),)
        )

    def hidden(self, text: str) -> str:
        """Take the keys out of an answer; its length stays."""
        for secret in self.secrets:
            text = re.sub(re.escape(secret), "*" * len(secret), text)
        return text


def placed(pair: str) -> tuple[str, str]:
    """Return the place and the value of a part of a query."""
    name, _, value = pair.partition("=")
    return f"?{name}", value


def with_query(asked: Asked, pairs: Sequence[str]) -> str:
    """Return the path of a call with other parts in its query."""
    return asked.place + ("?" if "?" in asked.path else "") + "&".join(pairs)


def secrets_of(keys: dict[str, dict[str, str]]) -> tuple[str, ...]:
    """Return every text that is secret."""
    found = (value for key in keys.values() for name, value in key.items() if name not in OPEN_FIELDS)
    return tuple(sorted({text for text in found if len(text) >= leaks.LEAST_SECRET}, key=len, reverse=True))


def load(orders: Orders) -> Broker:
    """Take the keys from the orders."""
    return Broker(orders.keys, orders.calls, known(orders.providers))


def secrets(orders: Orders) -> tuple[str, ...]:
    """Return every text that must not be written."""
    return secrets_of(orders.keys)
