import json

import numpy as np
import pandas as pd
import pytest

from nab.tournament import dataset
from nab.tournament.live_files import LiveFiles
from nab.tournament.market import SIZES, Market

MARKET = Market(5, SIZES["tiny"])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return dataset.make(tmp_path_factory.mktemp("past"), MARKET) / dataset.VERSION


@pytest.fixture
def live(tmp_path):
    return LiveFiles(tmp_path / "live", MARKET)


def test_features_are_small_integers_and_targets_five_bins(files):
    train = pd.read_parquet(files / "train.parquet")
    sets = json.loads((files / "features.json").read_text())["feature_sets"]
    shares = train["target"].value_counts(normalize=True).sort_index()

    assert train.index.name == "id"
    assert train.index.str.fullmatch("n[0-9a-f]{15}").all() and train.index.is_unique
    assert set(train[sets["all"]].dtypes) == {np.dtype("int8")}
    assert set(np.unique(train[sets["all"]])) == {0, 1, 2, 3, 4}
    assert train["target"].dtype == np.float32
    assert shares.to_dict() == pytest.approx({0.0: 0.05, 0.25: 0.2, 0.5: 0.5, 0.75: 0.2, 1.0: 0.05})
    assert train["target"].equals(train["target_ender_60"].rename("target"))
    assert sum(name.startswith("target") for name in train) == 41
    assert set(sets["small"]) < set(sets["medium"]) < set(sets["all"])
    assert train["era"].unique()[0] == "0001" and set(train["data_type"]) == {"train"}


def test_the_newest_eras_have_no_targets_yet(files):
    validation = pd.read_parquet(files / "validation.parquet")
    unknown = validation.groupby("era")[["target_ender_20", "target"]].agg(lambda values: values.isna().all())

    assert list(unknown["target_ender_20"]) == [False] * 13 + [True] * 5
    assert list(unknown["target"]) == [False] * 5 + [True] * 13
    assert validation["era"].iloc[0] == "0025"


@pytest.mark.parametrize("name", ["validation_benchmark_models", "validation_example_preds"])
def test_predictions_beside_the_data_have_its_rows(files, name):
    validation = pd.read_parquet(files / "validation.parquet", columns=["era"])

    assert pd.read_parquet(files / f"{name}.parquet").index.equals(validation.index)


def test_the_same_seed_makes_the_same_files_and_another_seed_others(files, tmp_path):
    again = dataset.make(tmp_path, MARKET) / dataset.VERSION
    other = dataset.make(tmp_path, Market(6, SIZES["tiny"])) / dataset.VERSION

    assert (again / "train.parquet").read_bytes() == (files / "train.parquet").read_bytes()
    assert (other / "train.parquet").read_bytes() != (files / "train.parquet").read_bytes()


def test_a_made_dataset_is_used_again_and_a_half_made_one_is_not(tmp_path):
    half = tmp_path / f"{dataset.folder(tmp_path, MARKET).name}.unfinished"
    half.mkdir()
    made = dataset.make(tmp_path, MARKET)
    (made / "mark").touch()

    assert not half.exists()
    assert (dataset.make(tmp_path, MARKET) / "mark").exists()


def test_live_ids_are_new_every_round_and_targets_unknown(live):
    live.make(1401)
    live.make(1402)
    first, second = (pd.read_parquet(live.path(number, "live.parquet")) for number in (1401, 1402))

    assert set(first.index).isdisjoint(second.index)
    assert first["target"].isna().all() and set(first["era"]) == {"X"}
    assert live.path(1401, "live_1401.parquet") == live.path(1401, "live.parquet")


def test_old_rounds_are_forgotten_and_made_again_when_asked_for(live):
    for number in range(1401, 1416):
        live.make(number)
    assert not live.path(1401, "live.parquet").exists()

    live.make(1401)
    assert live.path(1401, "live.parquet").exists()


def test_the_target_of_a_round_comes_nearer_to_its_final_one_every_day():
    live = MARKET.live(1401)
    likeness = [np.corrcoef(live.target(day), live.target(20))[0, 1] for day in (1, 10, 19, 20)]

    assert likeness == sorted(likeness)
    assert likeness[-1] == pytest.approx(1)


def test_stocks_change_slowly_from_round_to_round():
    features = []
    for number in (1401, 1402, 1450):
        live = MARKET.live(number)
        by_stock = np.empty_like(live.era.features)
        by_stock[live.stocks] = live.era.features
        features.append(by_stock.ravel())

    assert np.corrcoef(features[0], features[1])[0, 1] > 0.8
    assert abs(np.corrcoef(features[0], features[2])[0, 1]) < 0.1
