import numpy as np
import pandas as pd
import pytest
from numerai_tools.scoring import correlation_contribution, numerai_corr

from nab.core.replay import leaks
from nab.tournament.replay import scoring

IDS = [f"n{n:015x}" for n in range(200)]


def era(seed, *, meta=True, target=True):
    chance = np.random.default_rng(seed)
    rows = pd.DataFrame({"target_ender_20": chance.integers(0, 5, 200) / 4}, index=IDS)
    rows["target_ender_60"] = rows["target_ender_20"] if target else np.nan
    rows["numerai_meta_model"] = chance.random(200) if meta else np.nan
    return rows


def predictions(seed):
    return pd.Series(np.random.default_rng(seed).random(200), index=IDS)


TRUTH = {101: era(1), 102: era(2), 103: era(3, meta=False)}
GIVEN = {number: predictions(number) for number in TRUTH}


def test_scores_are_those_of_numerai_tools():
    corr = scoring.scored(GIVEN, TRUTH, "CORR20", 20).scores
    mmc = scoring.scored(GIVEN, TRUTH, "MMC20", 20).scores
    frame, rows = GIVEN[101].to_frame("prediction"), TRUTH[101]

    assert corr[101] == pytest.approx(float(numerai_corr(frame, rows["target_ender_20"]).iloc[0]))
    expected = correlation_contribution(frame, rows["numerai_meta_model"], rows["target_ender_20"])
    assert mmc[101] == pytest.approx(float(expected.iloc[0]))


def test_an_era_without_a_meta_model_has_no_mmc_and_one_without_a_target_no_score():
    assert set(scoring.scored(GIVEN, TRUTH, "MMC20", 20).scores) == {101, 102}
    assert set(scoring.scored(GIVEN, TRUTH, "CORR20", 20).scores) == {101, 102, 103}
    assert scoring.scored(GIVEN, {101: era(1, target=False)}, "CORR60", 60).scores == {}


@pytest.mark.parametrize("given", [GIVEN[101].iloc[:100], GIVEN[101] * 0, pd.Series(dtype=float)])
def test_predictions_of_some_ids_or_of_one_value_have_no_score(given):
    found = scoring.scored({101: given, 999: GIVEN[101]}, TRUTH, "MMC20", 20)

    assert found.scores == {} and found.corr == ()


def test_who_predicts_the_targets_is_caught_by_his_scores_and_a_guesser_is_not():
    peeks = {number: rows["target_ender_20"] + predictions(number) / 10 for number, rows in TRUTH.items()}

    assert leaks.ways(leaks.of_scores(scoring.scored(peeks, TRUTH, "MMC20", 20).corr)) == ["target"]
    assert leaks.of_scores(scoring.scored(GIVEN, TRUTH, "MMC20", 20).corr) == []
