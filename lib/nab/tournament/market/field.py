"""The other participants: simulated models with stakes and varying skill, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import NAMESPACE_DNS, uuid5

import numpy as np
import pandas as pd
from numerai_tools.scoring import stake_weight

from nab.tournament.market import signal
from nab.tournament.market.market import Era, Market
from nab.tournament.market.signal import Array

PARTICIPANTS = 40
COLOURS = (
    *("amber", "azure", "coral", "ivory", "jade", "ochre", "olive"),
    *("umber", "beige", "black", "brown", "green", "grey", "lilac"),
)
BIRDS = (
    *("crane", "finch", "heron", "robin", "swift", "egret", "goose", "raven"),
    *("snipe", "stork", "thrush", "wren", "dove", "tern", "lark"),
)
UNSTAKED_EVERY = 10
# Everyone learns from the same data: what models share makes their CORR20 correlate at about 0.7, and it is what the
# meta model consists of, so that their MMC20 does not correlate. Real models: 0.73 and 0.02.
CONSENSUS_SKILL = 0.55
CONFORMITY = (0.78, 0.93)
INSIGHT = (-0.15, 0.4)


@dataclass(frozen=True)
class Kind:
    """What a model is made of: how much it conforms, and how much of the rest is insight."""

    conformity: float
    insight: float


BENCHMARK_ACCOUNT = "benchmark_models"  # as Numerai's own is called
BENCHMARKS = {"v53_lgbm_ender20": Kind(0.92, 0.05), "v53_lgbm_ender60": Kind(0.9, 0.0)}
EXAMPLE = Kind(0.85, -0.1)


@dataclass(frozen=True)
class Participant:
    """A simulated model; without stake it is scored but not part of the meta model."""

    id: str
    name: str
    stake: float


def model_id(seed: int, name: str) -> str:
    """Return the id that the model of that name has in the tournament of that seed."""
    return str(uuid5(NAMESPACE_DNS, f"{seed}.{name}.tournament.invalid"))


def participants(seed: int, count: int = PARTICIPANTS) -> tuple[Participant, ...]:
    """Return the field; it is the same in every round. A smaller field is the first of a larger one."""
    stakes = np.random.default_rng([seed, 7]).lognormal(3.0, 1.2, count)
    stakes[::UNSTAKED_EVERY] = 0.0
    names = [name_of(place) for place in range(count)]
    return tuple(
        Participant(model_id(seed, name), name, round(float(stake), 2))
        for name, stake in zip(names, stakes, strict=True)
    )


def benchmarks(seed: int) -> tuple[Participant, ...]:
    """Return the models of the benchmark account: nothing is staked on them, so no meta model has them."""
    return tuple(Participant(model_id(seed, name), name, 0.0) for name in BENCHMARKS)


def name_of(place: int) -> str:
    """Name a participant; every name that there is comes before one with a number."""
    turn, rest = divmod(place, len(COLOURS) * len(BIRDS))
    bird, colour = divmod(rest, len(COLOURS))
    number = f"_{turn + 1}" if turn else ""
    return f"{COLOURS[colour]}_{BIRDS[bird]}{number}"


@lru_cache(maxsize=4)
def field_weights(market: Market, count: int = PARTICIPANTS) -> Array:
    """Return features by participants: what each one's linear model consists of."""
    rng = np.random.default_rng([market.seed, 8])
    lowest, highest = np.array([CONFORMITY, INSIGHT]).T
    kinds = [Kind(*map(float, drawn)) for drawn in rng.uniform(lowest, highest, (count, 2))]
    return np.column_stack([weights(market, kind, 100 + i) for i, kind in enumerate(kinds)])


def weights(market: Market, kind: Kind, stream: int) -> Array:
    """Return the weights of one model: the consensus, and something of its own beside it."""
    truth = direction(market.securities.signal.linear)
    error = np.random.default_rng([market.seed, 9, 0]).standard_normal(len(truth))
    consensus = mixed(truth, error, CONSENSUS_SKILL)
    noise = np.random.default_rng([market.seed, 9, stream]).standard_normal(len(truth))
    own = mixed(beside(truth, consensus), beside(noise, consensus), kind.insight)
    return mixed(consensus, own, kind.conformity)


def direction(vector: Array) -> Array:
    """Scale to length 1."""
    return np.asarray(vector / np.linalg.norm(vector))


def beside(vector: Array, other: Array) -> Array:
    """Return what is left of a vector without the part along the other."""
    return direction(vector - other * (vector @ other))


def mixed(wanted: Array, rest: Array, share: float) -> Array:
    """Return a vector of length 1 whose cosine with the wanted one is the share."""
    return np.asarray(share * direction(wanted) + np.sqrt(1 - share**2) * beside(rest, direction(wanted)))


def outputs(features: Array, model_weights: Array) -> Array:
    """Return what linear models say of features; in 64 bits, where no two rows tie by rounding."""
    return signal.standardised(features).astype(np.float64) @ model_weights


def field_predictions(market: Market, era: Era) -> pd.DataFrame:
    """Return each participant's predictions, ranked, one column per name."""
    names = [participant.name for participant in participants(market.seed)]
    raw = outputs(era.features, field_weights(market))
    return ranked(pd.DataFrame(raw, index=list(era.ids), columns=names))


def benchmark_predictions(market: Market, era: Era) -> pd.DataFrame:
    """Return the predictions of the benchmark models."""
    made = [weights(market, kind, stream) for stream, kind in enumerate(BENCHMARKS.values(), start=50)]
    raw = outputs(era.features, np.column_stack(made))
    return ranked(pd.DataFrame(raw, index=list(era.ids), columns=list(BENCHMARKS)))


def example_predictions(market: Market, era: Era) -> pd.DataFrame:
    """Return the example model's predictions."""
    raw = outputs(era.features, weights(market, EXAMPLE, 60))
    return ranked(pd.DataFrame({"prediction": raw}, index=list(era.ids)))


def ranked(predictions: pd.DataFrame) -> pd.DataFrame:
    """Rank each column into (0, 1), ties sharing theirs, as Numerai's tie_kept_rank does for sorted rows."""
    return ((predictions.rank(method="average") - 0.5) / len(predictions)).rename_axis("id")


def meta_model(ranks: pd.DataFrame, stakes: dict[str, float]) -> pd.Series[float]:
    """Return the stake-weighted mean of ranked predictions; models without stake do not count."""
    staked = pd.Series({name: stake for name, stake in stakes.items() if stake > 0})
    mixed: pd.Series[float] = stake_weight(ranks, staked)
    return mixed.rename("numerai_meta_model")
