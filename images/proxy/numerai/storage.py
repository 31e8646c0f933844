"""Where files are put and fetched: only at the addresses that Numerai's answers gave to this proxy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from network import routes
from network.hosts import plain
from refused import Refused

STORES = re.compile(r"(?:[a-z0-9.-]*numerai[a-z0-9.-]*)\.s3[a-z0-9.-]*\.amazonaws\.com")
READS = frozenset({"GET", "HEAD"})
Address = tuple[str, str, tuple[str, ...]]


def address(host: str, target: str) -> Address:
    """Return a URL's place as the store reads it: signed queries come percent-encoded in more ways than one."""
    path, _, query = target.partition("?")
    pairs = query.partition("#")[0].split("&")
    return plain(host), unquote(path), tuple(unquote(pair) for pair in pairs)


def address_of(url: str) -> Address:
    """Return the place of a whole URL."""
    found = urlsplit(url)
    return address(found.hostname or "", found.path + (f"?{found.query}" if found.query else ""))


class Storage:
    """Remembers the addresses, and lets through what goes there."""

    def __init__(self) -> None:
        self.uploads: set[Address] = set()
        self.downloads: set[Address] = set()
        self.diagnostics: set[Address] = set()  # those of the uploads that are only looked at

    def is_store(self, host: str) -> bool:
        """Say whether these rules hold for a host."""
        name = plain(host)
        given = (place[0] for place in self.uploads | self.downloads)
        return (
            name in routes.TOURNAMENT_HOSTS - {routes.API_HOST}
            or bool(STORES.fullmatch(name))
            or name in given
        )

    @staticmethod
    def places(urls: Iterable[str]) -> set[Address]:
        """Return where these addresses lead; what is no address leads nowhere."""
        found = set()
        for url in urls:
            with suppress(ValueError):
                found.add(address_of(url))
        return found

    def kind(self, host: str, target: str) -> str:
        """Say what a file that is put to an address is for."""
        return "diagnostics" if address(host, target) in self.diagnostics else "submission"

    def check(self, method: str, scheme: str, host: str, target: str) -> None:
        """Raise Refused unless this is an upload or a download that an answer gave."""
        place = address(host, target)
        if method == "PUT":
            if scheme != "https" or place not in self.uploads:
                raise Refused("storage", "files are put only where an upload's answer said")
        elif method not in READS:
            raise Refused("storage", f"{method[:20]!a} is not for Numerai's files")
        elif place not in self.downloads and plain(host) not in routes.BULK_HOSTS:
            raise Refused("storage", "files are fetched only from where an answer said")
