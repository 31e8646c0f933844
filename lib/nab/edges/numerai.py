"""What the harness itself asks of Numerai: read-only, typed, with timeouts. Agents use numerapi.

numerapi has no timeout, retries mutations and reads an outage as "round closed"
(see docs/architecture.md), so nothing of ours decides anything on it.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import msgspec
import requests

from nab.config import Config
from nab.core.errors import FAILED, NabError
from nab.core.rounds import Round
from nab.edges import clock
from nab.edges.keys import Key, key_file, read_key

LIVE = "https://api-tournament.numer.ai"
TIMEOUT = (10, 60)  # seconds to connect, and between two bytes
CLASSIC = 8
T = TypeVar("T")


class Unanswered(NabError):
    """Numerai could not be asked, or what it said could not be read. Never means "no"."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="nothing is lost: the next look asks again", exit_code=FAILED)


class Listed(msgspec.Struct, frozen=True, rename="camel"):
    """A submission as Numerai lists it."""

    class InRound(msgspec.Struct, frozen=True):
        number: int
        tournament: int = CLASSIC

    id: str
    inserted_at: datetime
    round: InRound | None = None
    filename: str | None = None
    selected: bool | None = None
    status: str | None = None
    source_platform: str | None = None


class ScoreRow(msgspec.Struct, frozen=True, rename="camel"):
    """One value of one metric on one scoring day; `percentile` is a share from 0 to 1."""

    round_number: int
    display_name: str
    day: int
    submission_id: str
    date: datetime | None = None
    value: float | None = None
    percentile: float | None = None
    resolved: bool | None = None


class RoundRow(msgspec.Struct, frozen=True, rename="camel"):
    number: int
    open_time: datetime
    close_staking_time: datetime


class Model(msgspec.Struct, frozen=True):
    id: str
    name: str


class Numerai:
    """A connection: one session, one key. `skew` is Numerai's clock minus ours, in seconds, once asked."""

    def __init__(self, url: str, key: Key | None) -> None:
        self.url = url
        self.key = key
        self.skew: float | None = None
        self.session = requests.Session()

    def current_round(self) -> Round | None:
        """Return the round that is current; None when there is none between two rounds. Raises Unanswered."""
        query = "query($t: Int!) {rounds(tournament: $t, number: 0) {number openTime closeStakingTime}}"
        try:
            rows = self.ask(query, {"t": CLASSIC}, "rounds", list[RoundRow | None])
        except Refused as refusal:
            if "not open for submissions" in refusal.message:
                return None
            raise
        if not rows or rows[0] is None:
            return None
        return Round(rows[0].number, rows[0].open_time, rows[0].close_staking_time)

    def rounds(self) -> list[Round]:
        """Return every round that Numerai tells of, oldest first. Raises Unanswered."""
        query = "query($t: Int!) {rounds(tournament: $t) {number openTime closeStakingTime}}"
        rows = self.ask(query, {"t": CLASSIC}, "rounds", list[RoundRow])
        return sorted(
            (Round(row.number, row.open_time, row.close_staking_time) for row in rows), key=by_number
        )

    def models(self) -> dict[str, str]:
        """Return the ids of the account's models by name. Raises Unanswered."""
        account = self.ask("query {account {models {id name}}}", {}, "account", dict[str, list[Model]])
        return {model.name: model.id for model in account["models"]}

    def submissions(self, model_id: str) -> list[Listed]:
        """Return every submission of a model that is listed, all rounds. Raises Unanswered."""
        query = """query($m: ID!) {submissions(modelId: $m)
            {id insertedAt filename selected status sourcePlatform round {number tournament}}}"""
        return self.ask(query, {"m": model_id}, "submissions", list[Listed])

    def scores(self, model_id: str, metric: str) -> list[ScoreRow]:
        """Return every daily value of a metric of a model, all rounds. Raises Unanswered."""
        query = """query($m: ID!, $d: String!) {submissionScores(modelId: $m, displayName: $d)
            {roundNumber displayName day date submissionId value percentile resolved}}"""
        return self.ask(query, {"m": model_id, "d": metric}, "submissionScores", list[ScoreRow] | None) or []  # type: ignore[arg-type]

    def ask(self, query: str, variables: dict[str, Any], field: str, kind: type[T]) -> T:
        """Send one query and read its one field. Raises Unanswered, or Refused with Numerai's own words."""
        headers = {"Authorization": f"Token {self.key.public_id}${self.key.secret_key}"} if self.key else {}
        try:
            answer = self.session.post(
                self.url, json={"query": query, "variables": variables}, headers=headers, timeout=TIMEOUT
            )
        except requests.RequestException as error:
            raise Unanswered(f"Numerai did not answer at {self.url}: {type(error).__name__}") from None
        self.note_skew(answer.headers.get("Date"))
        if answer.status_code != requests.codes.ok:
            raise Unanswered(f"Numerai answered {answer.status_code}")
        return read(answer.content, field, kind)

    def note_skew(self, date: str | None) -> None:
        """Compare Numerai's clock with ours."""
        if date:
            self.skew = round((parsedate_to_datetime(date) - clock.now()).total_seconds(), 1)


class Refused(Unanswered):
    """Numerai understood and answered with an error of its own."""


def read(content: bytes, field: str, kind: type[T]) -> T:
    """Read one field of a GraphQL answer."""
    try:
        answer = msgspec.json.decode(content)
        if errors := answer.get("errors"):
            first = errors[0] if isinstance(errors, list) else errors
            raise Refused(f"Numerai said: {first.get('message') or first}")
        return msgspec.convert(answer["data"][field], kind, strict=False)
    except (msgspec.DecodeError, msgspec.ValidationError, KeyError, TypeError, AttributeError) as error:
        raise Unanswered(f"Numerai's answer cannot be read ({field}): {error}") from None


def connect(config: Config) -> Numerai:
    """Connect to the tournament that nab.toml names, with the key that is kept for us."""
    return Numerai(address(config), read_key(key_file(config)))


def address(config: Config) -> str:
    """Return the URL the harness asks."""
    match config.settings.tournament.kind:
        case "live":
            return LIVE
        case "local":
            return f"http://127.0.0.1:{config.settings.tournament.local_port}"


def by_number(one: Round) -> int:
    """Order rounds."""
    return one.number
