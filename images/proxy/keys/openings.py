"""The calls that a key may travel with: each is listed, and anything that is not exactly as listed is another call.

A line is `METHOD host/path`, and behind a `?` what may be in its query, each part once at most. `{name}` stands for
one word of letters, digits, `.`, `_` and `-`. The method WEBSOCKET is a GET that asks for a WebSocket.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from network.hosts import plain
from refused import Refused

LINE = re.compile(
    r"(?P<method>[A-Z]+) (?P<host>[a-z0-9.-]+)(?P<path>/|(?:/[\w.:{}-]+)+)(?:\?(?P<query>[\w.={}&-]+))?",
    re.ASCII,
)
PLACE = re.compile(r"\{\w+\}", re.ASCII)
WORD = "[A-Za-z0-9][A-Za-z0-9._-]*"
WEBSOCKET = "WEBSOCKET"
RULE = "provider"
UPGRADES = frozenset({"upgrade", "http2-settings"})
# By these a call says that it is another one than it looks like.
OVERRIDES = re.compile(
    r":.*|x-(http-)?method.*|.*method-override|x-forwarded-.*|forwarded|x-host|x-(original|rewrite)-.*"
    r"|x-(.*-)?(url|uri|path)"
)
OTHER_WORDS = re.compile("proto|grpc", re.IGNORECASE)  # an answer in them does not say what it cost
WHY = (
    "the bench's key is not for this call: docs/policy.md lists those that it is for, and whoever runs the bench "
    'can add one in nab.toml ([providers.{}] allow = ["METHOD /path"])'
)
Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A call's head as the agent wrote it: the method in its own letters, `path` with the query."""

    method: str
    scheme: str
    host: str
    path: str
    headers: Headers

    @property
    def place(self) -> str:
        return self.path.partition("?")[0]

    @property
    def pairs(self) -> tuple[str, ...]:
        """The parts of the query; one that is empty has one empty part."""
        _, mark, query = self.path.partition("?")
        return tuple(query.split("&")) if mark else ()


@dataclass(frozen=True)
class Opening:
    """One listed call."""

    method: str
    host: str
    path: re.Pattern[str]
    query: tuple[re.Pattern[str], ...]

    def fits(self, asked: Asked, pairs: Sequence[str]) -> bool:
        """Say whether a call is this one. `pairs` are the parts of its query without those that carry a key."""
        if (self.method, self.host) != (method(asked), plain(asked.host)):
            return False
        if not self.path.fullmatch(asked.place):
            return False
        used = Counter(found for pair in pairs if (found := self.part(pair)) is not None)
        return used.total() == len(pairs) and max(used.values(), default=0) <= 1

    def part(self, pair: str) -> int | None:
        """Return which of the listed parts of a query this one is."""
        return next((number for number, part in enumerate(self.query) if part.fullmatch(pair)), None)


def opening(line: str) -> Opening:
    """Read one line of a list. Raises ValueError for one that cannot be read."""
    found = LINE.fullmatch(line)
    if found is None or {".", ".."} & set(found["path"].split("/")):
        raise ValueError(f"{line!r} is no call: METHOD host/path?query was expected")
    parts = found["query"].split("&") if found["query"] else []
    return Opening(found["method"], found["host"], pattern(found["path"]), tuple(map(pattern, parts)))


def pattern(text: str) -> re.Pattern[str]:
    """Return what matches a text letter by letter, with a word in each place."""
    return re.compile(WORD.join(re.escape(part) for part in PLACE.split(text)))


def method(asked: Asked) -> str:
    """Return the method as the lists have it; one with an upgrade to anything but a WebSocket is on none."""
    upgrades = [value for name, value in asked.headers if plainly(name) in UPGRADES]
    if not upgrades:
        return asked.method
    is_socket = asked.method == "GET" and [value.lower() for value in upgrades] == ["websocket"]
    return WEBSOCKET if is_socket else ""


def plainly(header: str) -> str:
    """Spell the name of a header in one way: some servers take `_` for `-`."""
    return header.lower().strip().replace("_", "-")


def is_another(header: str, value: str) -> bool:
    """Say whether a header makes a call another one, or asks for an answer that nobody could count."""
    in_other_words = header in {"accept", "content-type"} and OTHER_WORDS.search(value) is not None
    return in_other_words or OVERRIDES.fullmatch(header) is not None


def check(asked: Asked, pairs: Sequence[str], listed: Iterable[Opening], provider: str) -> None:
    """Raise Refused for a call with a provider's key that is none of those listed."""
    if any(is_another(plainly(name), value) for name, value in asked.headers) or not any(
        one.fits(asked, pairs) for one in listed
    ):
        raise Refused(RULE, WHY.format(provider))
