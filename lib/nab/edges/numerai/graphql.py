"""One GraphQL question at a time, with a budget for all of them together. Nothing is asked beyond it."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import msgspec
import requests
import urllib3

from nab.core import foreign
from nab.core.errors import FAILED, NabError
from nab.core.foreign import UnreadableError
from nab.core.outcomes import clock_skew
from nab.core.windows.retries import TOO_MANY, Patience, retry_after
from nab.edges import clock
from nab.edges.secrets.keys import Key

T = TypeVar("T")
LARGEST = 64 << 20  # bytes: an account of a thousand models with sixty rounds each is well below it
UNREADABLE = (msgspec.MsgspecError, KeyError, TypeError, AttributeError, UnreadableError, RecursionError)
NO_TIME = "the time for asking Numerai is used up"


class Unanswered(NabError):
    """Numerai could not be asked, or what it said could not be read. Never means "no"."""

    def __init__(self, message: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(message, hint="nothing is lost: the next look asks again", exit_code=FAILED)
        self.status = status
        self.wait = wait


class Refused(Unanswered):
    """Numerai understood and answered with an error of its own."""


class Connection:
    """A connection: one session, one key, one budget. `skew` is Numerai's clock minus ours, in seconds, once asked."""

    def __init__(self, url: str, key: Key | None, patience: Patience | None = None) -> None:
        self.url = url
        self.key = key
        self.patience = patience or Patience()
        self.skew: float | None = None
        self.known_offset = timedelta()  # what an earlier program saw; it counts until this one is answered
        self.asked = 0
        self.deadline = clock.monotonic() + self.patience.budget
        self.not_before = 0.0  # so long Numerai has asked us to wait
        self.unknown: set[str] = set()  # fields that Numerai has said there are not
        self.session = requests.Session()

    def ask(self, query: str, variables: dict[str, Any], field: str, kind: type[T]) -> T:
        """Send one query and read its one field. Raises Unanswered, or Refused with Numerai's own words."""
        return self.ask_whole(query, variables, field, kind)[0]

    def ask_whole(self, query: str, variables: dict[str, Any], field: str, kind: type[T]) -> tuple[T, bytes]:
        """Send one query; return its one field, and the answer as it came. Raises as `ask` does."""
        tries = 0
        while True:
            tries += 1
            try:
                content = self.once(query, variables)
                return read(content, field, kind), content
            except Refused:
                raise
            except Unanswered as error:
                wait = self.patience.wait(error.status, error.wait, tries, self.left)
                if wait is None or error.message == NO_TIME:
                    raise
                clock.pause(wait)

    @property
    def left(self) -> float:
        """Return how many seconds of the budget are left."""
        return self.deadline - clock.monotonic()

    def once(self, query: str, variables: dict[str, Any]) -> bytes:
        """Send it once and return the answer's bytes."""
        if self.left <= 0:
            raise Unanswered(NO_TIME)
        if clock.monotonic() < self.not_before:
            raise Unanswered("Numerai has asked us to wait", TOO_MANY, self.not_before - clock.monotonic())
        self.asked += 1
        headers = {"Authorization": f"Token {self.key.public_id}${self.key.secret_key}"} if self.key else {}
        try:
            with self.session.post(
                self.url,
                json={"query": query, "variables": variables},
                headers=headers,
                timeout=self.patience.timeouts(self.left),
                stream=True,
                allow_redirects=False,
            ) as answer:
                self.note_skew(answer.headers.get("Date"))
                return self.body(answer)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise Unanswered(f"Numerai did not answer at {self.url}: {type(error).__name__}") from None

    def body(self, answer: requests.Response) -> bytes:
        """Read an answer that is one, within the budget."""
        if answer.status_code != requests.codes.ok:
            wait = retry_after(answer.headers.get("Retry-After"), clock.now())
            if answer.status_code == TOO_MANY:
                self.not_before = clock.monotonic() + (wait or 0.0)
            raise Unanswered(f"Numerai answered {answer.status_code}", answer.status_code, wait)
        content = bytearray()
        # As it comes: whoever waits for a piece of some size waits as long as a server that trickles likes.
        while chunk := answer.raw.read1(1 << 16, decode_content=True):
            content += chunk
            if self.left <= 0:
                raise Unanswered(NO_TIME)
            if len(content) > LARGEST:
                raise Unanswered("Numerai's answer is too long", answer.status_code)
        return bytes(content)

    def note_skew(self, date: str | None) -> None:
        """Compare Numerai's clock with ours."""
        try:
            there = parsedate_to_datetime(date or "")
        except (ValueError, OverflowError):
            return
        if there.tzinfo is not None:
            self.skew = round((there - clock.now()).total_seconds(), 1)

    def time(self) -> datetime:
        """Return the time that decides: ours, or Numerai's when the two are more than a minute apart."""
        return clock.now() + (self.known_offset if self.skew is None else clock_skew.counted(self.skew))


def read(content: bytes, field: str, kind: type[T]) -> T:
    """Read one field of a GraphQL answer."""
    try:
        answer = foreign.value(content)  # an agent's file may be called anything, half a character too
        if errors := answer.get("errors"):
            first = errors[0] if isinstance(errors, list) else errors
            raise Refused(f"Numerai said: {first.get('message') or first}")
        return msgspec.convert(answer["data"][field], kind, strict=False)
    except UNREADABLE as error:
        raise Unanswered(f"Numerai's answer cannot be read ({field}): {error}", 200) from None
