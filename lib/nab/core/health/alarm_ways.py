"""Who is told of an alarm, and how: addresses of services as Apprise writes them. They hold secrets: never printed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import msgspec

IMPLICIT_TLS = 465
HERE = {"localhost", "127.0.0.1", "[::1]", "::1"}
SERVICE = re.compile(r"([a-z][a-z0-9]{1,19})://")
MOVE = (
    '"email" and "webhook" of alarms.json still work; as addresses of Apprise they are {"urls": ["mailtos://...", '
    '"slack://..."]} (docs/alarms.md)'
)


class AlarmSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What alarms.json says: addresses of Apprise, or what was there before them."""

    urls: tuple[str, ...] = ()
    webhook: str = ""
    email: str = ""
    sender: str = "nab@localhost"
    smtp: str = "localhost:25"
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"AlarmSettings(urls={len(self.urls)}, email={bool(self.email)}, webhook={bool(self.webhook)})"

    @property
    def is_old(self) -> bool:
        """Whether something is said in the way of before."""
        return bool(self.email or self.webhook)


@dataclass(frozen=True)
class Way:
    """One way to a person: its name, which may be printed, and the addresses that are tried until one takes it."""

    name: str
    addresses: tuple[str, ...] = field(repr=False)


def ways(settings: AlarmSettings) -> tuple[Way, ...]:
    """Return every way. Raises ValueError where the old settings cannot be made into addresses."""
    mail = (Way("e-mail", mail_addresses(settings)),) if settings.email else ()
    hook = (Way("webhook", (hook_address(settings.webhook),)),) if settings.webhook else ()
    return tuple(Way(named(url, place), (url,)) for place, url in enumerate(settings.urls, 1)) + mail + hook


def named(url: str, place: int) -> str:
    """Name an address by its service and its place in the list: the rest of it is a secret."""
    service = SERVICE.match(url)
    return f"{service[1] if service else 'address'} ({place})"


def mail_addresses(settings: AlarmSettings) -> tuple[str, ...]:
    """Write the old settings of e-mail: encrypted, and where no password goes with it in the open too, if need be."""
    host, _, port = settings.smtp.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError("smtp has to be a host and a port: localhost:25")
    login = f"{quote(settings.user, safe='')}:{quote(settings.password, safe='')}@" if settings.user else ""
    told = {"smtp": host, "from": settings.sender, "to": settings.email, "format": "text"}
    where = f"{login}{host}:{port}"
    if int(port) == IMPLICIT_TLS:
        return (f"mailtos://{where}?{urlencode(told | {'mode': 'ssl'})}",)
    encrypted = f"mailtos://{where}?{urlencode(told | {'mode': 'starttls'})}"
    if settings.password and host not in HERE:
        return (encrypted,)
    return (encrypted, f"mailto://{where}?{urlencode(told)}")


def hook_address(webhook: str) -> str:
    """Write the old webhook: JSON with `text`, which Slack and its kind show, and `content`, which Discord does."""
    there = urlsplit(webhook)
    if there.scheme not in {"http", "https"} or not there.hostname:
        raise ValueError("webhook has to be an address: https://...")
    query = {f"-{name}": value for name, value in parse_qsl(there.query, keep_blank_values=True)}
    query |= {":message": "text", ":title": "content", ":version": "", ":attachments": "", ":type": ""}
    service = "jsons" if there.scheme == "https" else "json"
    return f"{service}://{there.netloc}{there.path}?{urlencode(query)}"
