"""Facts that Numerai publishes of us: scores, ranks, what rounds pay, diagnoses, what our key may do."""

from __future__ import annotations

import msgspec

from nab.core.facts.base import Fact


class ScoreSeen(Fact, frozen=True, tag="score.seen"):
    """Numerai published a value of a metric on a scoring day (1 to 20 or 1 to 60).

    `version` is that of the scoring, empty where Numerai named none and in older logs. `resolved` is in older logs
    only, which have all values of a round once more for that flag: `round.resolved` tells it now.
    """

    metric: str
    day: int
    value: float | None
    percentile: float | None
    submission: str
    version: str = ""
    resolved: bool | None = None


class RoundResolved(Fact, frozen=True, tag="round.resolved"):
    """Numerai flags what it scored in a round as resolved. It decides nothing: a score is final by its day."""


class ReferenceValue(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A value of a metric of a public model on a scoring day. A list in the log, for there are many."""

    round: int
    metric: str
    day: int
    value: float | None
    percentile: float | None
    version: str = ""


class ReferenceSeen(Fact, frozen=True, tag="reference.seen"):
    """A public model, nobody's entrant, was asked for: what Numerai published of it that is news, in rounds of ours.

    `account` is the one of nab.toml whose model it is, empty for one that is named there by itself. `error` is what
    Numerai said in place of scores; of an account that it does not know there is no model.
    """

    model: str
    id: str
    account: str = ""
    values: tuple[ReferenceValue, ...] = ()
    error: str = ""


class RanksSeen(Fact, frozen=True, tag="ranks.seen"):
    """A model's rank and its year's mean (reputation) among all models, by metric, as Numerai showed them."""

    ranks: dict[str, int | None]
    means: dict[str, float | None]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rank, 1 the best, and among how many models. Those who tie share the best rank."""

    rank: int
    of: int


class RoundRanked(Fact, frozen=True, tag="round.ranked"):
    """A model's rank in one round by its final 20-day scores, by metric, among all models that have a score in it.

    Counted by us from what Numerai tells of every model. A metric is left out in which Numerai told none of this model.
    """

    places: dict[str, Place]


class RegimeSeen(Fact, frozen=True, tag="regime.seen"):
    """What a round pays, as Numerai says it: how often each score counts, against which target.

    Thresholds are by score, of those that pay and have one; older logs have none. A clip is a share of what is
    staked: with 0.05 a payout ends at 5 % of it, either way. A stake threshold is in NMR: with more than that at risk
    in a round the payout factor falls below 1. `stake_threshold` is what Numerai says of the round as a whole.
    The API names neither unit: they are those of Numerai's description of payouts.

    `names` and `versions` are those of the score configurations, of every score that has one, paying or not; of a
    score with several versions all are named. Older logs have none.
    """

    target: str
    multipliers: dict[str, float]
    payout_factor: float | None = None
    clip_thresholds: dict[str, float] = {}
    stake_thresholds: dict[str, float] = {}
    stake_threshold: float | None = None
    names: dict[str, str] = {}
    versions: dict[str, str] = {}


class ScopesSeen(Fact, frozen=True, tag="scopes.seen"):
    """What Numerai says that our key may do."""

    scopes: tuple[str, ...]


class DiagnosticsSeen(Fact, frozen=True, tag="diagnostics.seen"):
    """An agent had a file of validation predictions scored by Numerai: what came of it, as far as it is known.

    `sha256` is the file's, as the proxy saw it pass; empty where it saw none. `metrics` are a few of the aggregates,
    null where Numerai says null. `answer` is the SHA-256 of Numerai's whole answer, with every aggregate and the
    values of `eras` eras, as it is kept beside the run; `left_out` says why there is none. Older logs have neither,
    and no nulls.
    """

    diagnostics: str
    filename: str
    inserted_at: str
    status: str
    sha256: str = ""
    message: str = ""
    metrics: dict[str, float | None] = {}
    answer: str = ""
    eras: int = 0
    left_out: str = ""
