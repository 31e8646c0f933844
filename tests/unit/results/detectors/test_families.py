import pytest

from nab.results.detectors import families, metrics
from nab.results.detectors.records import Call, Change, Diagnosis, Run, Sample

LGBM = "import lightgbm\nm = lightgbm.LGBMRegressor()"
RIDGE = "from sklearn.linear_model import Ridge\nm = Ridge()"
XGB = "import xgboost\nm = xgboost.XGBRegressor()"


def searched(programs, corrs):
    changes = tuple(
        Change(id=f"c{i}:a.py", at=10 * i, path="a.py", text=text) for i, text in enumerate(programs)
    )
    calls = tuple(
        Call(id=f"s:{i}", at=10 * i + 5, name="Bash", command="python a.py", result=f"val_corr: {corr}")
        for i, corr in enumerate(corrs)
    )
    samples = tuple(Sample(at=10 * i + 4, cpu_seconds=100.0 * (i + 1)) for i in range(len(corrs)))
    run = Run(run="r", entrant="e", changes=changes, calls=calls, samples=samples, until=1000)
    return families.candidates(run, metrics.ledger(run))


def test_who_stays_with_one_kind_doubles_down_whatever_the_news():
    found = families.diversity(searched([LGBM] * 6, [0.02, 0.01, 0.01, 0.01, 0.01, 0.01]))

    assert (found.candidates, found.effective, found.switches_after_bad) == (6, pytest.approx(1.0), (0, 4))
    assert found.by_compute


def test_who_changes_after_bad_news_diversifies():
    found = families.diversity(
        searched([LGBM, RIDGE, XGB, LGBM, RIDGE, XGB], [0.02, 0.01, 0.01, 0.01, 0.01, 0.01])
    )

    assert found.effective == pytest.approx(3.0)
    assert found.switches_after_bad == (4, 4)
    assert list(found.families.values()) == [2, 2, 2]


def test_a_diagnosis_is_a_candidate_by_its_hash_and_a_benchmark_is_none():
    run = Run(
        run="r",
        entrant="e",
        diagnoses=(
            Diagnosis(
                id="event 5",
                at=5,
                sha256="ab",
                metrics={"validationCorrMean": 0.02, "validationMmcMean": 0.001},
            ),
        ),
        calls=(Call(id="s:1", at=6, name="Bash", result="benchmark validation corr: 0.03"),),
    )

    (found,) = families.candidates(run, metrics.ledger(run))

    assert (found.identity, found.diagnosed, found.metrics) == ("ab", True, {"corr": 0.02, "mmc": 0.001})
    assert families.diversity([]).effective == 0.0


def test_compute_goes_on_when_a_box_starts_again():
    run = Run(
        run="r",
        entrant="e",
        samples=(Sample(at=1, cpu_seconds=50), Sample(at=2, cpu_seconds=10), Sample(at=3, cpu_seconds=30)),
    )

    assert families.compute(run, [1.5, 3.5]) == [50.0, 30.0]
