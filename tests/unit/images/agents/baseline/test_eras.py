import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numerai_tools.scoring import numerai_corr

BASELINE = Path(__file__).resolve().parents[5] / "images" / "agents" / "baseline"


def load(name):
    spec = importlib.util.spec_from_file_location(f"baseline_{name}", BASELINE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.full
def test_its_corr_is_numerais_corr():
    rng = np.random.default_rng(1)
    targets = rng.choice([0, 0.25, 0.5, 0.75, 1.0], 500)
    predictions = (targets + rng.normal(size=500)).round(1)
    frame = pd.DataFrame({"p": predictions}, index=pd.Index(range(500), name="id"))

    ours = load("scores").corr(predictions, targets)

    assert ours == pytest.approx(
        numerai_corr(frame, pd.Series(targets, index=frame.index, name="t"))["p"], rel=1e-9
    )


def test_a_summary_is_by_era():
    assert load("scores").summary([0.01, 0.03]) == pytest.approx(
        {"mean": 0.02, "std": 0.0141421, "sharpe": 1.4142135, "eras": 2}, rel=1e-5
    )


def test_of_a_file_only_the_wanted_eras_with_a_known_target_are_read(tmp_path):
    eras = [f"{era:04d}" for era in range(1, 13) for _ in range(3)]
    target = [None if era == "0008" else 0.5 for era in eras]
    frame = pd.DataFrame({"era": eras, "feature_a": 1, "unused": 2, "target": target})
    frame.to_parquet(tmp_path / "train.parquet")
    module = load("eras")

    read = module.read(tmp_path / "train.parquet", ["feature_a"], "target", every=4)

    assert list(read.columns) == ["era", "feature_a", "target"]
    assert read["era"].value_counts().to_dict() == {"0004": 3, "0012": 3}
    assert module.count(tmp_path / "train.parquet") == 12
