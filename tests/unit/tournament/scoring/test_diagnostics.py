import numpy as np
import pandas as pd
import pytest

from nab.tournament.scoring import scoring
from nab.tournament.scoring.diagnostics import BENCHMARK, EraTruth, of_era

IDS = [f"n{number:02}" for number in range(40)]
RNG = np.random.default_rng(5)
FEATURES = pd.DataFrame(RNG.integers(0, 5, (40, 6)).astype("float64"), index=IDS)
ROWS = pd.DataFrame({"target": RNG.choice([0, 0.25, 0.5, 0.75, 1], 40), BENCHMARK: RNG.random(40)}, index=IDS)
TRUTH = EraTruth(ROWS, scoring.directions(FEATURES.to_numpy()), example=0.01)


def test_the_largest_exposure_is_the_largest_correlation_with_a_feature():
    predictions = pd.DataFrame({"prediction": RNG.random(40)}, index=IDS)
    found = of_era("0575", predictions, TRUTH)

    expected = FEATURES.corrwith(predictions["prediction"].rank()).abs().max()
    assert found["validationFeatureCorrMax"] == pytest.approx(expected)
    assert (found["era"], found["examplePredsCorr"]) == ("0575", 0.01)


def test_mmc_is_not_among_the_scores_of_an_era():
    assert "validationMmc" not in of_era("0575", ROWS[[BENCHMARK]].set_axis(["prediction"], axis=1), TRUTH)


def test_a_feature_that_does_not_vary_is_no_exposure_and_with_none_left_there_is_no_largest():
    still = EraTruth(ROWS, scoring.directions(np.zeros((40, 2))), example=None)
    predictions = pd.DataFrame({"prediction": RNG.random(40)}, index=IDS)

    assert of_era("0575", predictions, still)["validationFeatureCorrMax"] is None
