import numpy as np
import pandas as pd
import pytest
from numerai_tools.scoring import (
    correlation_contribution,
    feature_neutral_corr,
    numerai_corr,
    stake_weight,
    tie_kept_rank,
)

from nab.tournament.scoring import scoring
from nab.tournament.scoring.scoring import Entries

IDS = [f"n{i:015x}" for i in (3, 1, 2, 5, 4, 9, 8, 7, 6, 10)]
TARGET = pd.Series([0.0, 0.25, 0.5, 1.0, 0.5, 0.75, 0.25, 0.5, 0.5, 0.5], IDS, name="target").sort_index()
META = pd.Series([0.15, 0.35, 0.25, 0.75, 0.45, 0.95, 0.05, 0.65, 0.55, 0.85], IDS).sort_index()
A = pd.Series([0.1, 0.2, 0.2, 0.9, 0.5, 0.7, 0.3, 0.3, 0.3, 0.8], IDS).sort_index()
PREDICTIONS = pd.DataFrame({"a": A, "inv": 1 - A, "meta_copy": META})
FEATURES = pd.DataFrame(np.random.default_rng(3).integers(0, 5, (10, 3)).astype(float), IDS).sort_index()


def near(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-12)


def prepared(predictions=PREDICTIONS, meta=META, features=FEATURES):
    return scoring.prepare(Entries(predictions, meta, meta, features))


def test_known_scores_come_out():
    scores = scoring.score(prepared(), TARGET.to_numpy(), 20)

    assert scores["v2_corr20"] == near([0.8985556295685861, -0.8985556295685863, 0.5950353560521026])
    assert scores["mmc"] == near([0.3397850991532193, -0.3397850991532193, 0.0])
    assert scores["corr_w_meta_model"] == near([0.7094990878091111, -0.709499087809111, 0.9560310100285933])


def test_mmc_against_a_stake_weighted_meta_model_comes_out():
    stakes = pd.Series({"a": 10.0, "meta_copy": 30.0})
    meta = stake_weight(tie_kept_rank(PREDICTIONS), stakes)
    scores = scoring.score(prepared(meta=meta), TARGET.to_numpy(), 20)

    assert meta.to_numpy() == near([0.3125, 0.2375, 0.125, 0.5, 0.8, 0.525, 0.6, 0.15, 0.9, 0.85])
    assert scores["mmc"] == near([0.2174513455392791, -0.2174513455392791, -0.028421589817120414])


def test_the_quick_way_agrees_with_numerais_own_functions():
    rng = np.random.default_rng(1)
    ids = sorted(f"n{i:015x}" for i in rng.integers(0, 2**60, 500))
    predictions = pd.DataFrame(rng.random((500, 4)).round(2), ids, columns=list("abcd"))
    meta, target = pd.Series(rng.random(500), ids), pd.Series(rng.integers(0, 5, 500) / 4, ids, name="target")
    features = pd.DataFrame(rng.integers(0, 5, (500, 6)).astype(float), ids)
    scores = scoring.score(prepared(predictions, meta, features), target.to_numpy(), 1)

    assert scores["v2_corr20"] == near(numerai_corr(predictions, target).to_numpy())
    assert scores["mmc"] == near(correlation_contribution(predictions, meta, target).to_numpy())
    assert scores["fnc_v3"] == near(feature_neutral_corr(predictions, features, target).to_numpy())


def test_after_day_twenty_only_the_long_metrics_go_on():
    assert set(scoring.score(prepared(), TARGET.to_numpy(), 20)) == set(scoring.METRICS)
    assert set(scoring.score(prepared(), TARGET.to_numpy(), 21)) == {"corr60", "mmc60"}


def test_percentiles_run_from_zero_to_one_and_ties_share():
    assert list(scoring.percentiles(np.array([0.3, 0.1, 0.2, 0.2, 0.5]))) == [0.75, 0.0, 0.375, 0.375, 1.0]


def test_places_start_with_the_highest():
    assert list(scoring.places(np.array([0.3, 0.1, 0.3, 0.5]))) == [2, 4, 2, 1]
