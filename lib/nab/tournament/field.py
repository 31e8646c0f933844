"""The other participants: simulated models with stakes and varying skill, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5

import numpy as np
import pandas as pd
from numerai_tools.scoring import stake_weight, tie_kept_rank

from nab.tournament import signal
from nab.tournament.market import Era, Market
from nab.tournament.signal import Array

PARTICIPANTS = 40
COLOURS = ["amber", "azure", "coral", "ivory", "jade", "ochre", "olive", "umber"]
BIRDS = ["crane", "finch", "heron", "robin", "swift"]
BENCHMARK_SKILLS = {"v53_lgbm_ender20": 0.55, "v53_lgbm_ender60": 0.5}
EXAMPLE_SKILL = 0.35


@dataclass(frozen=True)
class Participant:
    """A simulated model; without stake it is scored but not part of the meta model."""

    id: str
    name: str
    stake: float


def model_id(seed: int, name: str) -> str:
    """Return the id that the model of that name has in the tournament of that seed."""
    return str(uuid5(NAMESPACE_DNS, f"{seed}.{name}.tournament.invalid"))


def participants(seed: int) -> tuple[Participant, ...]:
    """Return the field; it is the same in every round."""
    stakes = np.random.default_rng([seed, 7]).lognormal(3.0, 1.2, PARTICIPANTS)
    stakes[:: PARTICIPANTS // 4] = 0.0
    names = [f"{colour}_{bird}" for colour in COLOURS for bird in BIRDS]
    return tuple(
        Participant(model_id(seed, name), name, round(float(stake), 2))
        for name, stake in zip(names, stakes, strict=True)
    )


def field_weights(market: Market) -> Array:
    """Return features by participants: a share of the true linear weights, the rest their own error."""
    skills = np.random.default_rng([market.seed, 8]).uniform(-0.1, 0.7, PARTICIPANTS)
    return np.column_stack([imperfect(market, float(skill), 100 + i) for i, skill in enumerate(skills)])


def imperfect(market: Market, skill: float, stream: int) -> Array:
    """Return linear weights whose correlation with the true ones is about `skill`."""
    truth = market.signal.linear / np.linalg.norm(market.signal.linear)
    error = np.random.default_rng([market.seed, 9, stream]).standard_normal(len(truth))
    error /= np.linalg.norm(error)
    return np.asarray(skill * truth + np.sqrt(1 - skill**2) * error)


def field_predictions(market: Market, era: Era) -> pd.DataFrame:
    """Return each participant's predictions, ranked, one column per name."""
    raw = signal.standardised(era.features) @ field_weights(market).astype(np.float32)
    names = [participant.name for participant in participants(market.seed)]
    return ranked(pd.DataFrame(raw, index=list(era.ids), columns=names))


def benchmark_predictions(market: Market, era: Era) -> pd.DataFrame:
    """Return the predictions of the benchmark models."""
    standard = signal.standardised(era.features)
    columns = {
        name: standard @ imperfect(market, skill, stream)
        for stream, (name, skill) in enumerate(BENCHMARK_SKILLS.items(), start=50)
    }
    return ranked(pd.DataFrame(columns, index=list(era.ids)))


def example_predictions(market: Market, era: Era) -> pd.DataFrame:
    """Return the example model's predictions."""
    raw = signal.standardised(era.features) @ imperfect(market, EXAMPLE_SKILL, 60)
    return ranked(pd.DataFrame({"prediction": raw}, index=list(era.ids)))


def ranked(predictions: pd.DataFrame) -> pd.DataFrame:
    """Rank each column into (0, 1), in the order of the rows."""
    ranks: pd.DataFrame = tie_kept_rank(predictions.sort_index()).loc[predictions.index]
    return ranks.rename_axis("id")


def meta_model(ranks: pd.DataFrame, stakes: dict[str, float]) -> pd.Series[float]:
    """Return the stake-weighted mean of ranked predictions; models without stake do not count."""
    staked = pd.Series({name: stake for name, stake in stakes.items() if stake > 0})
    mixed: pd.Series[float] = stake_weight(ranks, staked)
    return mixed.rename("numerai_meta_model")
