"""What the harness itself asks of Numerai: read-only and typed. Agents use numerapi.

numerapi has no timeout, retries mutations and reads an outage as "round closed"
(see docs/architecture.md), so nothing of ours decides anything on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Any, TypeVar

import msgspec

from nab.config import Config
from nab.core import foreign
from nab.core.windows.retries import Patience
from nab.core.windows.rounds import Round
from nab.edges.numerai import diagnosis
from nab.edges.numerai.graphql import Connection, Refused, Unanswered
from nab.edges.secrets.keys import key_file, read_key

LIVE = "https://api-tournament.numer.ai"
CLASSIC = 8
NONE = "none"
PATIENCE = Patience()
S = TypeVar("S", bound=msgspec.Struct)
MOST_UNKNOWN = 8  # fields of one question that Numerai may have given up
Instant = Annotated[datetime, msgspec.Meta(tz=True)]  # without a zone it is none
ROUND_FIELDS = "number openTime closeStakingTime closeTime"

__all__ = ["Numerai", "Patience", "Refused", "Unanswered", "connect"]


class Listed(msgspec.Struct, frozen=True, rename="camel"):
    """A submission as Numerai lists it."""

    class InRound(msgspec.Struct, frozen=True):
        number: int
        tournament: int = CLASSIC

    id: str
    inserted_at: Instant
    round: InRound | None = None
    filename: str | None = None
    selected: bool | None = None
    status: str | None = None
    source_platform: str | None = None
    error_info: str | None = None


class Latest(msgspec.Struct, frozen=True, rename="camel"):
    """The submission of a model that counts in a round, or that there is none."""

    round_number: int
    id: str | None = None
    status: str | None = None
    filename: str | None = None
    timestamp: Instant | None = None


class ScoreRow(msgspec.Struct, frozen=True, rename="camel"):
    """One value of one metric on one scoring day; `percentile` is a share from 0 to 1."""

    round_number: int
    display_name: str
    day: int
    submission_id: str
    date: Instant | None = None
    value: float | None = None
    percentile: float | None = None
    resolved: bool | None = None
    version: object = None  # what cannot be read there costs itself alone


class RoundRow(msgspec.Struct, frozen=True, rename="camel"):
    number: int
    open_time: Instant
    close_staking_time: Instant
    close_time: object = None  # nothing depends on it: what cannot be read there spoils no answer

    @property
    def round(self) -> Round:
        try:
            ends = msgspec.convert(self.close_time, datetime | None)
        except msgspec.ValidationError:
            ends = None
        if ends is not None and ends.tzinfo is None:
            ends = None
        return Round(self.number, self.open_time, self.close_staking_time, ends)


class Model(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    name: str
    latest_submissions: list[Latest] | None = None


class ScoreConfig(msgspec.Struct, frozen=True, rename="camel"):
    """How a score counts in a round."""

    display_name: str
    name: object = None  # what cannot be read there, or of the version, costs itself alone
    version: object = None
    is_payout: bool | None = None
    default_multiplier: float | None = None
    clip_threshold: float | None = None
    stake_threshold: float | None = None


class Pays(msgspec.Struct, frozen=True, rename="camel"):
    """What a round pays."""

    number: int
    target: str | None = None
    payout_factor: float | None = None
    stake_threshold: float | None = None
    round_score_configs: list[ScoreConfig] = []


class RoundModel(msgspec.Struct, frozen=True, rename="camel"):
    """A model's newest 20-day scores in a round."""

    model_name: str | None = None
    mmc: float | None = None
    v2_corr20: float | None = None


class Standing(msgspec.Struct, frozen=True, rename="camel"):
    """A model among all models: its ranks and its means, by metric."""

    latest_ranks: dict[str, int | None] = {}
    latest_reps: dict[str, float | None] = {}


class Diagnosed(msgspec.Struct, frozen=True, rename="camel"):
    """A file of validation predictions that Numerai has scored, or is about to."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    filename: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    inserted_at: Any = None
    status: Annotated[str, msgspec.Meta(max_length=100)] = ""
    message: str = ""


class Public(msgspec.Struct, frozen=True, rename="camel"):
    """A model of a public account."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    display_name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class PublicScore(msgspec.Struct, frozen=True, rename="camel"):
    """One value of one metric of a public model on one scoring day."""

    round_number: int
    display_name: str
    day: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    value: float | None = None
    percentile: float | None = None
    version: Any = None


class Scopes(msgspec.Struct, frozen=True):
    """What our key may do."""

    scopes: list[str]


class Numerai(Connection):
    """The questions."""

    def current_round(self) -> Round | None:
        """Return the round that is current; None when there is none between two rounds. Raises Unanswered."""
        query = f"query($t: Int!) {{rounds(tournament: $t, number: 0) {{{ROUND_FIELDS}}}}}"
        try:
            rows = self.ask(query, {"t": CLASSIC}, "rounds", list[RoundRow | None])
        except Refused as refusal:
            if "not open for submissions" in refusal.message:
                return None
            raise
        if not rows or rows[0] is None:
            return None
        return rows[0].round

    def rounds(self) -> list[Round]:
        """Return every round that Numerai tells of, oldest first. Raises Unanswered."""
        query = f"query($t: Int!) {{rounds(tournament: $t) {{{ROUND_FIELDS}}}}}"
        rows = self.ask(query, {"t": CLASSIC}, "rounds", list[RoundRow])
        return sorted((row.round for row in rows), key=attrgetter("number"))

    def models(self) -> dict[str, str]:
        """Return the ids of the account's models by name. Raises Unanswered."""
        account = self.ask("query {account {models {id name}}}", {}, "account", dict[str, list[Model]])
        return {model.name: model.id for model in account["models"]}

    def latest(self, rounds: int) -> dict[str, list[Latest]]:
        """Return what counts in the newest rounds for every model of the account, in one question, by model id.

        Raises Unanswered.
        """
        query = """query($n: Int!) {account {models {id name latestSubmissions(latestNRounds: $n)
            {id roundNumber status filename timestamp}}}}"""
        account = self.ask(query, {"n": rounds}, "account", dict[str, list[Model]])
        return {model.id: model.latest_submissions or [] for model in account["models"]}

    def submissions(self, model_id: str) -> list[Listed]:
        """Return every submission of a model that is listed, all rounds. Raises Unanswered."""
        query = """query($m: ID!) {submissions(modelId: $m)
            {id insertedAt filename selected status sourcePlatform errorInfo round {number tournament}}}"""
        return self.ask(query, {"m": model_id}, "submissions", list[Listed])

    def scores(self, model_id: str, metric: str) -> list[ScoreRow]:
        """Return every daily value of a metric of a model, all rounds. Raises Unanswered."""
        query = """query($m: ID!, $d: String!) {submissionScores(modelId: $m, displayName: $d)
            {roundNumber displayName day date submissionId value percentile resolved version}}"""
        return self.ask(query, {"m": model_id, "d": metric}, "submissionScores", list[ScoreRow] | None) or []  # type: ignore[arg-type]

    def pays(self) -> list[Pays]:
        """Return what every round pays. Raises Unanswered."""
        query = """query($t: Int!) {rounds(tournament: $t) {number target payoutFactor stakeThreshold
            roundScoreConfigs {displayName name version isPayout defaultMultiplier clipThreshold
            stakeThreshold}}}"""
        return self.ask(query, {"t": CLASSIC}, "rounds", list[Pays])

    def round_scores(self, number: int, metrics: Sequence[str]) -> dict[str, dict[str, float]]:
        """Return the newest scores of every model of a round: by metric, by the model's name. Raises Unanswered."""
        query = """query($r: Int!, $t: Int!) {roundDetails(roundNumber: $r, tournament: $t)
            {models {modelName mmc v2Corr20}}}"""
        about = {"r": number, "t": CLASSIC}
        details = self.ask(query, about, "roundDetails", dict[str, list[RoundModel] | None])
        return {
            metric: {
                one.model_name: value
                for one in details.get("models") or ()
                if one.model_name is not None and (value := getattr(one, metric)) is not None
            }
            for metric in metrics
        }

    def standing(self, model: str) -> Standing:
        """Return a model's ranks and means among all models. Raises Unanswered."""
        query = """query($m: String!) {v3UserProfile(modelName: $m)
            {latestRanks {mmc mmc60 corr20V2 bmc} latestReps {mmc mmc60 corr20V2 bmc}}}"""
        return self.ask(query, {"m": model}, "v3UserProfile", Standing)

    def public_models(self, account: str) -> list[Public]:
        """Return the models of a public account. Raises Unanswered."""
        query = "query($u: String!, $t: Int!) {accountProfile(username: $u, tournament: $t) {models {id displayName}}}"
        told = self.ask(query, {"u": account, "t": CLASSIC}, "accountProfile", dict[str, list[Any] | None])
        return readable(told.get("models"), Public)

    def public_id(self, model: str) -> str:
        """Return the id of a public model. Raises Unanswered."""
        query = "query($m: String!) {v3UserProfile(modelName: $m) {id}}"
        return self.ask(query, {"m": model}, "v3UserProfile", dict[str, str])["id"]

    def public_scores(self, model_id: str, metric: str, rounds: int) -> list[PublicScore]:
        """Return a public model's daily values of a metric in the newest rounds. Raises Unanswered."""
        query = """query($m: ID!, $d: String!, $n: Int!) {submissionScores(modelId: $m, displayName: $d,
            lastNRounds: $n) {roundNumber displayName day value percentile version}}"""
        about = {"m": model_id, "d": metric, "n": rounds}
        return readable(self.ask(query, about, "submissionScores", list[Any] | None), PublicScore)  # type: ignore[arg-type]

    def diagnostics(self, model_id: str) -> list[Diagnosed]:
        """Return what a model's agent had diagnosed; an entry that cannot be read is left out. Raises Unanswered."""
        query = "query($m: ID!) {diagnostics(modelId: $m) {id filename insertedAt status message}}"
        return readable(self.ask(query, {"m": model_id}, "diagnostics", list[Any] | None), Diagnosed)  # type: ignore[arg-type]

    def diagnosis(self, model_id: str, id: str) -> tuple[dict[str, Any], bytes]:
        """Return all that Numerai says of one diagnosis, and its answer as it came. Raises Unanswered.

        A field that Numerai does not know any more is not asked for again, and costs itself alone.
        """
        while True:
            query = diagnosis.question(self.unknown)
            try:
                told, content = self.ask_whole(query, {"m": model_id, "i": id}, "diagnostics", Any)
                break
            except Refused as refusal:
                name = diagnosis.unknown_field(refusal.message)
                if not name or name in self.unknown or len(self.unknown) >= MOST_UNKNOWN:
                    raise
                self.unknown.add(name)
        rows = told if isinstance(told, list) else [told]
        found = next((one for one in rows if isinstance(one, dict) and one.get("id") == id), None)
        if found is None:
            raise Unanswered("Numerai lists a diagnosis, and does not tell what it says")
        return found, content

    def scopes(self) -> tuple[str, ...]:
        """Return what our key may do, sorted. Raises Unanswered."""
        return tuple(sorted(self.ask("query {apiTokenInfo {scopes}}", {}, "apiTokenInfo", Scopes).scopes))


def readable(told: list[Any] | None, kind: type[S]) -> list[S]:
    """Return those entries of an answer that can be read."""
    return [fit for one in told or () if (fit := foreign.fitted(one, kind)) is not foreign.NOTHING]


def connect(config: Config) -> Numerai:
    """Connect to the tournament that nab.toml names, with the key that is kept for us."""
    return Numerai(address(config), read_key(key_file(config)), PATIENCE)


def address(config: Config) -> str:
    """Return the URL the harness asks."""
    match config.settings.tournament.kind:
        case "live":
            return LIVE
        case "local":
            return f"http://127.0.0.1:{config.settings.tournament.local_port}"
