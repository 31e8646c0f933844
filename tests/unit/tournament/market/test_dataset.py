import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nab.tournament.market import dataset, past
from nab.tournament.market.live_files import LiveFiles
from nab.tournament.market.market import MAIN, SIZES, Market, with_eras

MARKET = Market(5, SIZES["tiny"])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return dataset.make(tmp_path_factory.mktemp("past"), MARKET) / dataset.VERSION


@pytest.fixture
def live(tmp_path):
    return LiveFiles(tmp_path / "live", MARKET)


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
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
    for number in (1401, 1402, 1881):
        live = MARKET.live(number)
        by_stock = np.empty_like(live.era.features)
        by_stock[live.stocks] = live.era.features
        features.append(by_stock.ravel())

    assert np.corrcoef(features[0], features[1])[0, 1] > 0.95
    assert abs(np.corrcoef(features[0], features[2])[0, 1]) < 0.1


def test_the_twenty_day_target_of_the_next_era_shares_three_of_four_weeks():
    by_weeks = []
    for weeks in (1, 2, 4):
        first, second = (MARKET.targets(number)[:, MAIN] for number in (10, 10 + weeks))
        by_weeks.append(np.corrcoef(first, second)[0, 1])

    assert by_weeks == pytest.approx([0.75, 0.5, 0], abs=0.2)
    assert by_weeks == sorted(by_weeks, reverse=True)


def test_features_json_names_sets_targets_and_how_features_did(files):
    described = json.loads((files / "features.json").read_text())
    train = pd.read_parquet(files / "train.parquet")
    name = described["feature_sets"]["small"][0]
    by_era = [era[name].corr(era["target_ender_20"]) for _, era in train.groupby("era")]

    assert set(described) == {"feature_stats", "feature_sets", "targets"}
    assert set(described["feature_stats"]) == set(described["feature_sets"]["all"])
    assert {"quantum", "faith", "rain"} < set(described["feature_sets"])
    assert described["targets"] == [column for column in train if column.startswith("target")]
    assert described["feature_stats"][name]["corr_w_target_ender_20_mean"] == pytest.approx(
        np.mean(by_era), abs=0.002
    )


def test_features_that_came_later_are_all_two_in_the_first_eras(files):
    train = pd.read_parquet(files / "train.parquet")
    newest = json.loads((files / "features.json").read_text())["feature_sets"]["all"][-2:]

    assert (train.loc[train["era"] <= "0002", newest] == 2).all(axis=None)
    assert set(np.unique(train.loc[train["era"] == "0003", newest])) == {0, 1, 2, 3, 4}


def test_the_meta_model_covers_the_newest_eras_only(files):
    meta_model = pd.read_parquet(files / "meta_model.parquet")

    assert list(meta_model["era"].unique()) == [f"{number:04d}" for number in range(36, 43)]
    assert list(meta_model.columns) == ["era", "data_type", "numerai_meta_model"]


def test_example_predictions_are_there_as_text_too(files):
    table = pd.read_parquet(files / "validation_example_preds.parquet")
    text = pd.read_csv(files / "validation_example_preds.csv", index_col="id")

    assert text["prediction"].to_numpy() == pytest.approx(table["prediction"].to_numpy(), rel=1e-12)
    assert text.index.equals(table.index)


@pytest.mark.full
def test_full_shape_has_the_columns_of_v53(tmp_path):
    few_rows = replace(with_eras(SIZES["full-shape"], train=2, validation=14), era_ids=20, live_ids=30)
    files = dataset.make(tmp_path, Market(5, few_rows)) / dataset.VERSION
    sets = json.loads((files / "features.json").read_text())["feature_sets"]
    sizes = {name: len(features) for name, features in sets.items()}
    validation = pd.read_parquet(files / "validation.parquet")

    assert validation.shape == (14 * 20, 3555 + 41 + 2)
    assert {"small": 42, "medium": 780, "all": 3555}.items() <= sizes.items()
    assert {"quantum": 807, "faith": 372, "rain": 666}.items() <= sizes.items()
    assert len(set(sets["all"])) == 3555
    assert all(set(features) <= set(sets["all"]) for features in sets.values())
    assert set(validation.dtypes[sets["all"]]) == {np.dtype("int8")}


@pytest.mark.full
def test_the_files_do_not_depend_on_how_many_eras_are_made_at_once(tmp_path, files, monkeypatch):
    monkeypatch.setattr(past, "ROWS_AT_ONCE", 200)
    one_by_one = dataset.make(tmp_path, MARKET) / dataset.VERSION

    assert pd.read_parquet(one_by_one / "train.parquet").equals(pd.read_parquet(files / "train.parquet"))
