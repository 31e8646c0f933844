import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from nab.core.errors import NabError
from nab.core.replay.cut import Cut
from nab.tournament.market.dataset import VERSION
from nab.tournament.replay import cutting, scoring

ERAS, IDS, SEALED = 60, 12, 20
FEATURES = [f"feature_{n}" for n in range(4)]
TRAIN_ERAS = 30
NEWEST_KNOWN = ERAS - 5
FIRST = NEWEST_KNOWN - SEALED + 1


def past(first, last):
    """Eras in the shape of v5.3: ids as the index, text eras, int8 features, float32 targets, the newest unknown."""
    chance = np.random.default_rng(first)
    eras = np.repeat(np.arange(first, last + 1), IDS)
    frame = pd.DataFrame(
        {
            "era": [f"{era:04d}" for era in eras],
            "data_type": "validation",
            **{name: chance.integers(0, 5, len(eras)).astype(np.int8) for name in FEATURES},
        },
        index=pd.Index([f"n{chance.integers(2**60):015x}" for _ in eras], name="id"),
    )
    for name, unknown in (("target", 13), ("target_ender_20", 5), ("target_ender_60", 13)):
        values = chance.integers(0, 5, len(eras)) / 4
        frame[name] = np.where(eras > ERAS - unknown, np.nan, values).astype(np.float32)
    return frame


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("v5.3")
    train, validation = past(1, TRAIN_ERAS), past(TRAIN_ERAS + 1, ERAS)
    for name, rows in (("train", train), ("validation", validation)):
        rows.to_parquet(folder / f"{name}.parquet", row_group_size=5 * IDS)
        models = rows[["era"]].assign(v53_lgbm_ender60=0.5)
        models.to_parquet(folder / f"{name}_benchmark_models.parquet")
    validation[[]].assign(prediction=0.5).to_parquet(folder / "validation_example_preds.parquet")
    meta = validation[["era", "data_type"]].assign(numerai_meta_model=np.linspace(0, 1, len(validation)))
    meta.to_parquet(folder / "meta_model.parquet")
    told = {
        "feature_sets": {"small": FEATURES},
        "targets": ["target"],
        "feature_stats": {"feature_0": {"x": 1}},
    }
    (folder / "features.json").write_text(json.dumps(told))
    return folder


@pytest.fixture(scope="module")
def made(source, tmp_path_factory):
    return cutting.make(source, tmp_path_factory.mktemp("cuts") / "cut", SEALED)


def served(made, name):
    return pd.read_parquet(made.served / VERSION / name)


def test_nothing_of_a_sealed_or_newer_era_is_served(made, source):
    everything = pd.concat(pd.read_parquet(source / name) for name in ("train.parquet", "validation.parquet"))
    sealed = set(everything.index[everything["era"].astype(int) >= FIRST])

    for path in (made.served / VERSION).glob("*.parquet"):
        rows = pd.read_parquet(path)
        assert not sealed & set(rows.index), path.name
        if "era" in rows and len(rows):
            assert rows["era"].astype(int).max() < FIRST
    assert not sealed & set(pd.read_csv(made.served / VERSION / "validation_example_preds.csv")["id"])


@pytest.mark.parametrize(
    ("target", "newest"),
    [("target_ender_20", FIRST - 6), ("target_ender_60", FIRST - 14), ("target", FIRST - 14)],
)
def test_a_target_that_came_in_after_the_cut_is_hidden_and_no_other(made, source, target, newest):
    rows = pd.concat([served(made, "train.parquet"), served(made, "validation.parquet")])
    before = pd.concat(pd.read_parquet(source / name) for name in ("train.parquet", "validation.parquet"))
    known = rows[target].dropna()

    assert rows.loc[known.index, "era"].astype(int).max() == newest
    pd.testing.assert_series_equal(known, before.loc[known.index, target])
    assert len(known) == newest * IDS


def test_features_and_rows_before_the_cut_stay_as_they_were(made, source):
    before = pd.read_parquet(source / "train.parquet")

    pd.testing.assert_frame_equal(
        served(made, "train.parquet")[["era", *FEATURES]], before[["era", *FEATURES]]
    )


def test_how_features_did_in_the_past_is_not_served(made):
    told = json.loads((made.served / VERSION / "features.json").read_text())

    assert told == {"feature_sets": {"small": FEATURES}, "targets": ["target"]}


@pytest.mark.parametrize("era", [FIRST - 1, FIRST, NEWEST_KNOWN])
def test_a_live_file_holds_its_era_alone_without_its_name_and_targets(made, source, era):
    live = pd.read_parquet(made.live(era) / VERSION / "live.parquet")
    rows = pd.read_parquet(source / "validation.parquet")
    rows = rows[rows["era"] == f"{era:04d}"]

    assert set(live.index) == set(rows.index) and list(live.index) == sorted(live.index)
    assert set(live["era"]) == {"X"} and set(live["data_type"]) == {"live"}
    assert live.filter(like="target").isna().all().all()
    assert list(live.columns) == list(rows.columns) and dict(live.dtypes) == dict(rows.dtypes)
    pd.testing.assert_frame_equal(live[FEATURES], rows.loc[live.index, FEATURES])


def test_every_sealed_era_has_its_live_files_and_its_truth(made):
    cut = made.about()
    truth = scoring.truth_of(made)

    assert (cut.first, cut.last) == (FIRST, NEWEST_KNOWN)
    assert list(truth) == list(cut.eras) == list(cut.sealed)
    assert all(set(rows.index) == set(live_ids(made, era)) for era, rows in truth.items())
    assert truth[FIRST][["target_ender_20", "numerai_meta_model"]].notna().all().all()


def live_ids(made, era):
    folder = made.live(era) / VERSION
    examples = pd.read_parquet(folder / "live_example_preds.parquet")
    live = pd.read_parquet(folder / "live.parquet", columns=[])
    assert list(examples.index) == list(live.index)
    assert list(pd.read_parquet(folder / "live_benchmark_models.parquet").index) == list(live.index)
    return live.index


def test_a_cut_is_made_once_and_the_same_bytes_have_the_same_hash(made, source, tmp_path):
    again = cutting.make(source, tmp_path / "cut", SEALED)
    other = cutting.make(source, tmp_path / "other", SEALED + 1)

    assert again.about().hash == made.about().hash != other.about().hash
    (source / "train.parquet").touch()
    assert cutting.make(source / "gone", tmp_path / "cut", SEALED).about() == made.about()


def test_files_that_are_missing_or_of_another_form_are_named(tmp_path, source):
    with pytest.raises(NabError, match=r"lacks train.parquet, validation.parquet"):
        cutting.make(tmp_path, tmp_path / "cut", SEALED)
    for path in source.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    pd.read_parquet(source / "meta_model.parquet").drop(columns="numerai_meta_model").to_parquet(
        tmp_path / "meta_model.parquet"
    )
    with pytest.raises(NabError, match=r"meta_model.parquet has no column numerai_meta_model"):
        cutting.make(tmp_path, tmp_path / "cut", SEALED)
    (tmp_path / "meta_model.parquet").write_bytes(b"no parquet")
    with pytest.raises(NabError, match=r"meta_model.parquet cannot be read"):
        cutting.make(tmp_path, tmp_path / "cut", SEALED)
    assert not (tmp_path / "cut").exists()


def test_an_era_that_is_no_number_counts_as_newer_than_everything():
    rows = pa.RecordBatch.from_pydict({"id": ["a", "b", "c"], "era": ["0001", "X", None]})

    assert list(cutting.numbers_of(rows)) == [1, 999_999, 999_999]
    assert cutting.before(Cut(first=5, last=30), rows).to_pydict()["id"] == ["a"]
