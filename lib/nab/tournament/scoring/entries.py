"""Everyone's predictions for one round, ours among those of the field, and what they are measured against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from nab.tournament.market import field
from nab.tournament.market.field import Participant
from nab.tournament.market.market import LiveRound, Market
from nab.tournament.market.signal import Array
from nab.tournament.scoring.scoring import Entries

BENCHMARK = "v53_lgbm_ender20"
NEUTRALIZED_AGAINST = 42


def of_round(
    market: Market, live: LiveRound, participants: Sequence[Participant], ours: Mapping[str, Array]
) -> Entries:
    """Return the entries, a column per model id. Ours come in the order of the market's stocks."""
    ids = {participant.name: participant.id for participant in participants}
    benchmarks = field.benchmark_predictions(market, live.era)
    predictions = field.field_predictions(market, live.era).join(benchmarks).rename(columns=ids)
    stakes = {participant.id: participant.stake for participant in participants}
    meta_model = field.meta_model(predictions, stakes)
    features = live.era.features[:, :NEUTRALIZED_AGAINST].astype(np.float64)
    neutralizers = pd.DataFrame(features, index=predictions.index)
    added = {model: values[live.stocks] for model, values in ours.items()}
    return Entries(predictions.assign(**added), meta_model, benchmarks[BENCHMARK], neutralizers)
