"""What Numerai's own notebooks ask for, in calls and columns, against a tournament of the demo's size.

Their models are LightGBM; here a least-squares fit stands for it, and numerai-tools judges as it does there.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numerai_tools.scoring import correlation_contribution, neutralize, numerai_corr

from support.servers.local_tournaments import Server

pytestmark = [pytest.mark.soak, pytest.mark.timeout(240)]
VERSION = "v5.3"
GROUPS = (
    *("intelligence", "wisdom", "charisma", "dexterity"),
    *("strength", "constitution", "agility", "serenity"),
)
CANDIDATES = ("target_cyrusd_20", "target_victor_20", "target_xerxes_20", "target_teager2b_20")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    pace = ("--rounds-every", "600", "--window", "560", "--size", "demo")
    running = Server(tmp_path_factory.mktemp("demo"), *pace)
    yield running
    running.ends()


@pytest.fixture
def api(server, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return server.client(monkeypatch)


def downloaded(api, name, **how):
    """Return where a file of the dataset lies after its download."""
    api.download_dataset(name, **how)
    return Path(name)


def feature_sets(api):
    return json.loads(downloaded(api, f"{VERSION}/features.json").read_text())["feature_sets"]


def train(api, features, targets):
    """Return every fourth era of the training data."""
    rows = pd.read_parquet(downloaded(api, f"{VERSION}/train.parquet"), columns=["era", *targets, *features])
    return rows[rows["era"].isin(rows["era"].unique()[::4])]


def validation(api, features, targets, last_train_era):
    """Return the validation eras whose targets are known, without those that overlap with training."""
    rows = pd.read_parquet(
        downloaded(api, f"{VERSION}/validation.parquet"), columns=["era", "data_type", *targets, *features]
    )
    rows = rows[rows["data_type"] == "validation"].drop(columns="data_type")
    embargo = [str(last_train_era + i).zfill(4) for i in range(4)]
    rows = rows[~rows["era"].isin(embargo)]
    return rows[rows["era"].isin(rows["era"].unique()[::4])]


def fitted(rows, features, target):
    """Return weights of the features."""
    known = rows.dropna(subset=[target])
    return np.linalg.lstsq(known[features].to_numpy(np.float64) - 2, known[target] - 0.5, rcond=None)[0]


def predicted(rows, features, weights):
    return (rows[features].to_numpy(np.float64) - 2) @ weights


def test_hello_numerai_trains_validates_against_the_meta_model_of_an_old_round_and_predicts_live(api):
    assert {name.split("/")[0] for name in api.list_datasets() if name.startswith("v5")} == {VERSION}
    features = feature_sets(api)["small"]
    rows = train(api, features, ["target"])
    weights = fitted(rows, features, "target")
    past = validation(api, features, ["target"], int(rows["era"].unique()[-1]))
    past["prediction"] = predicted(past, features, weights)

    past["meta_model"] = pd.read_parquet(
        downloaded(api, "v4.3/meta_model.parquet", round_num=842)
    )["numerai_meta_model"]  # fmt: skip
    per_era_corr = past.groupby("era").apply(lambda x: numerai_corr(x[["prediction"]].dropna(), x["target"]))
    per_era_mmc = (
        past.dropna()
        .groupby("era")
        .apply(lambda x: correlation_contribution(x[["prediction"]], x["meta_model"], x["target"]))
    )
    live = pd.read_parquet(downloaded(api, f"{VERSION}/live.parquet"), columns=features)
    submission = pd.Series(predicted(live, features, weights), index=live.index).rank(pct=True)

    assert per_era_corr["prediction"].mean() > 0
    assert len(per_era_mmc) >= 5
    assert per_era_mmc["prediction"].notna().all()
    assert submission.between(0, 1).all()


def test_target_ensemble_finds_its_targets_and_benchmarks(api):
    features = feature_sets(api)["small"]
    names = [name for name in api.list_datasets() if name.endswith("benchmark_models.parquet")]
    rows = train(api, features, ["target", *CANDIDATES])
    past = validation(api, features, ["target", *CANDIDATES], int(rows["era"].unique()[-1]))
    for target in CANDIDATES:
        past[f"prediction_{target}"] = predicted(past, features, fitted(rows, features, target))
    columns = [f"prediction_{target}" for target in CANDIDATES]
    past["ensemble"] = past.groupby("era")[columns].rank(pct=True).mean(axis=1)
    past["meta_model"] = pd.read_parquet(
        downloaded(api, "v4.3/meta_model.parquet", round_num=842)
    )["numerai_meta_model"]  # fmt: skip
    judged = past.dropna().groupby("era").apply(
        lambda x: correlation_contribution(x[[*columns, "ensemble"]], x["meta_model"], x["target"])
    )  # fmt: skip

    assert set(names) == {
        f"{VERSION}/{part}_benchmark_models.parquet" for part in ("train", "validation", "live")
    }
    assert judged.notna().all(axis=None)


@pytest.mark.parametrize("size", ["small", "medium"])
def test_feature_neutralization_neutralizes_to_every_group_of_a_set(api, size):
    sets = feature_sets(api)
    features = sets[size]
    groups = {name: sorted(set(features) & set(sets[name])) for name in GROUPS}
    rows = train(api, features, ["target"])
    past = validation(api, features, ["target"], int(rows["era"].unique()[-1]))
    past["prediction"] = predicted(past, features, fitted(rows, features, "target"))
    for name, members in groups.items():
        past[f"neutral_{name}"] = past.groupby("era", group_keys=False).apply(
            lambda x, members=members: neutralize(x[["prediction"]], x[members])
        )["prediction"]

    assert all(groups.values())
    assert past.notna().all(axis=None)


def test_a_round_that_is_still_to_come_has_no_files_and_an_old_one_has_no_live_data(api):
    with pytest.raises(ValueError, match="Round not found"):
        api.download_dataset(f"{VERSION}/train.parquet", round_num=api.get_current_round() + 1)
    with pytest.raises(ValueError, match="not found"):
        api.download_dataset(f"{VERSION}/live.parquet", round_num=842)
    with pytest.raises(ValueError, match="not found"):
        api.download_dataset("v4.3/meta_model.parquet")

    assert "v4.3/meta_model.parquet" in api.list_datasets(round_num=842)
