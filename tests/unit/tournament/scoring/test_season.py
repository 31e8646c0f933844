import numpy as np
import pandas as pd
import pytest
from numerai_tools.scoring import correlation_contribution, numerai_corr
from sklearn.ensemble import HistGradientBoostingRegressor

from nab.tournament.market import field
from nab.tournament.market.market import MAIN, SIZES, Market
from nab.tournament.rounds.schedule import FIRST_ROUND
from nab.tournament.scoring import autocorrelation, season
from nab.tournament.scoring.season import Field

TINY = Market(5, SIZES["tiny"])


def test_a_season_has_the_scores_that_numerais_functions_give_the_live_rounds():
    simulated = season.simulate(TINY, rounds=3, count=field.PARTICIPANTS)
    live = TINY.live(FIRST_ROUND + 2)
    predictions = field.field_predictions(TINY, live.era)
    stakes = {participant.name: participant.stake for participant in field.participants(TINY.seed)}
    target = pd.Series(live.target(20), list(live.era.ids), name="target")
    mmc = correlation_contribution(predictions, field.meta_model(predictions, stakes), target)

    assert simulated.corr20.loc[1403].to_numpy() == pytest.approx(
        numerai_corr(predictions, target).to_numpy(), rel=1e-9
    )
    assert simulated.mmc20.loc[1403].to_numpy() == pytest.approx(mmc.to_numpy(), rel=1e-9, abs=1e-12)


def test_the_same_seed_plays_the_same_season_and_another_seed_another():
    first, again, other = (
        season.simulate(market, rounds=2, count=10).mmc20 for market in (TINY, TINY, Market(6, SIZES["tiny"]))
    )

    assert first.equals(again)
    assert not first.equals(other)


@pytest.fixture(scope="module")
def long_season():
    return season.simulate(Market(1, SIZES["demo"]), rounds=500, count=24)


@pytest.mark.full
def test_scores_come_back_in_later_rounds_as_much_as_real_ones_do(long_season):
    medians = np.median(autocorrelation.of_pairs(long_season.mmc20), axis=0)

    assert (medians >= autocorrelation.REAL_LOWER_QUARTILE).all()
    assert (medians <= autocorrelation.REAL_UPPER_QUARTILE).all()


@pytest.mark.full
def test_corr20_has_one_common_factor_and_mmc20_none(long_season):
    # Of real models, vladthestaker's public score history, rounds 843-1182: 0.73 and 0.02.
    assert autocorrelation.median_correlation(long_season.corr20) == pytest.approx(0.73, abs=0.1)
    assert autocorrelation.median_correlation(long_season.mmc20) == pytest.approx(0.02, abs=0.1)


@pytest.mark.full
def test_scores_are_about_as_large_and_as_noisy_as_real_ones(long_season):
    # 10th and 90th percentile of real models' pairs, same source: the deviation of a paired MMC20 difference.
    pairs = long_season.mmc20.to_numpy()[:, ::2] - long_season.mmc20.to_numpy()[:, 1::2]

    assert 0.0070 < np.median(pairs.std(axis=0)) < 0.0153
    assert 0.01 < long_season.corr20.mean().median() < 0.023
    assert abs(long_season.mmc20.mean().median()) < 0.005


def trees(market):
    """Train boosted trees, LightGBM's kind, on the small set of every fourth training era."""
    size, numbers = market.size, range(1, market.size.train_eras + 1, 4)
    features = np.vstack([market.era(number).features[:, : size.small] for number in numbers])
    target = np.concatenate([market.targets(number)[:, MAIN] for number in numbers])
    model = HistGradientBoostingRegressor(
        max_iter=60,
        learning_rate=0.05,
        max_leaf_nodes=7,
        min_samples_leaf=100,
        early_stopping=False,
        random_state=0,
    )
    return model.fit(features, target)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2])
def test_boosted_trees_on_the_small_set_beat_random_over_two_hundred_rounds(seed):
    market = Market(seed, SIZES["demo"])
    model, everyone = trees(market), Field.of(market, 2)
    scores = []
    for number in range(FIRST_ROUND, FIRST_ROUND + 200):
        small = market.securities.features(number)[:, : market.size.small]
        noise = np.random.default_rng(number).random((2, len(small)))
        # A little noise parts the rows that end in the same leaves: the season's scoring wants distinct values.
        predictions = np.vstack([model.predict(small) + noise[0] * 1e-9, noise[1]])
        corr, _ = season.scores(predictions, everyone.target(number), np.array([0.5, 0.5]), everyone.shapes)
        scores.append(corr)
    trained, random = np.mean(scores, axis=0)

    assert 0.01 < trained < 0.03
    assert trained - random > 0.008
