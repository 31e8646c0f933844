"""Single calls to an API, answered with whatever came: no status, no form and no silence raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urlsplit

import requests
import urllib3

from nab.edges import clock
from nab.edges.secrets.keys import Key

API_HOST = "api-tournament.numer.ai"
CONNECT, READ = 10.0, 30.0  # seconds: to connect, between two pieces
LONGEST = 60.0  # seconds that one answer may take
LARGEST = 32 << 20
BUDGET = 420.0  # seconds for all calls together
PART = 16  # bytes that are asked of a file
TROUBLES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, HTTPException, ValueError)


@dataclass(frozen=True)
class Heard:
    """What came: `trouble` says why nothing did."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    trouble: str = ""


class Caller:
    """Calls one API, at most one call every so many seconds.

    The local tournament is called by Numerai's name, so that it names Numerai's storage as Numerai does.
    """

    def __init__(self, url: str, key: Key | None, *, is_local: bool, every: float) -> None:
        self.url, self.key, self.is_local, self.every = url, key, is_local, every
        self.session = requests.Session()
        self.session.trust_env = not is_local
        self.begun = clock.monotonic()
        self.next = self.begun
        self.asked = 0

    def post(self, body: bytes, authorization: str = "") -> Heard:
        """Send a body to the API."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if authorization:
            headers["Authorization"] = authorization
        return self.call("POST", self.url, headers, body)

    def part(self, address: str) -> Heard:
        """Fetch the first bytes of a file of the dataset."""
        headers = {"Range": f"bytes=0-{PART - 1}"}
        try:
            parts = urlsplit(address)
            if parts.scheme not in ("https", "http") or not parts.hostname:
                return Heard(trouble="no address")
            if not self.is_local:
                return self.call("GET", address, headers, None)
            headers["Host"] = parts.hostname
            return self.call("GET", f"{self.url}{parts.path}?{parts.query}", headers, None)
        except ValueError:
            return Heard(trouble="no address")

    def authorization(self) -> str:
        """Return what carries our key; empty without one."""
        return f"Token {self.key.public_id}${self.key.secret_key}" if self.key else ""

    def hold(self, seconds: float) -> None:
        """Have the next call wait so long."""
        self.next = clock.monotonic() + seconds

    def call(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Heard:
        """Wait for our turn, and call."""
        now = clock.monotonic()
        if now - self.begun > BUDGET:
            return Heard(trouble=f"the {BUDGET:.0f} s for asking are used up")
        if now < self.next:
            clock.pause(self.next - now)
        self.next = clock.monotonic() + self.every
        self.asked += 1
        if self.is_local:
            headers = {"Host": API_HOST, **headers}
        try:
            with self.session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=(CONNECT, READ),
                stream=True,
                allow_redirects=False,
            ) as answer:
                return heard(answer)
        except TROUBLES as error:
            return Heard(trouble=f"no answer: {type(error).__name__}")


def heard(answer: requests.Response) -> Heard:
    """Read an answer, as long as it comes and fits."""
    content, ends = bytearray(), clock.monotonic() + LONGEST
    while chunk := answer.raw.read1(1 << 16, decode_content=True):
        content += chunk
        if len(content) > LARGEST:
            return Heard(answer.status_code, dict(answer.headers), b"", "the answer is too long")
        if clock.monotonic() > ends:
            return Heard(answer.status_code, dict(answer.headers), b"", "the answer takes too long")
    return Heard(answer.status_code, dict(answer.headers), bytes(content))
