"""What Numerai's example model submits: the newest file of example predictions that Numerai lists, as it is."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

FILE = Path(__file__).resolve().parents[6] / "images" / "agents" / "example" / "workspace" / "predict.py"
pytestmark = pytest.mark.full  # numerapi and pandas are imported


@pytest.fixture(scope="module")
def predict():
    spec = importlib.util.spec_from_file_location("example_predict", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_newest_version_counts_by_its_numbers(predict):
    listed = [
        "v5.2/live_example_preds.parquet",
        "v5.10/live_example_preds.parquet",
        "v5.9/live_example_preds.parquet",
        "v6.0/live_example_preds.csv",
        "v9/validation_example_preds.parquet",
        "v9/old/live_example_preds.parquet",
    ]

    assert predict.newest(listed) == "v5.10/live_example_preds.parquet"
    assert predict.newest([*listed, "v6/live_example_preds.parquet"]) == "v6/live_example_preds.parquet"


def test_where_numerai_lists_none_it_fails_loudly(predict):
    with pytest.raises(ValueError, match="lists no live_example_preds"):
        predict.newest(["v5.3/live.parquet"])


@pytest.mark.parametrize("place", ["index", "column"])
def test_ids_may_be_the_index_or_a_column(predict, place):
    rows = pd.DataFrame({"id": ["n1", "n2"], "prediction": [0.25, 0.75], "more": [1, 2]})

    made = predict.as_submission(rows if place == "column" else rows.set_index("id"))

    assert made.to_csv(index=False) == "id,prediction\nn1,0.25\nn2,0.75\n"


@pytest.mark.parametrize("ids", [[], ["n1", "n1"]])
def test_what_cannot_be_submitted_is_not(predict, ids):
    with pytest.raises(ValueError, match="unusable"):
        predict.as_submission(pd.DataFrame({"id": ids, "prediction": [0.5] * len(ids)}))


class Numerai:
    """What numerapi would do, on one listed file."""

    def __init__(self):
        self.sent = {}

    def get_current_round(self):
        return 1402

    def list_datasets(self):
        return ["v5.3/live_example_preds.parquet"]

    def download_dataset(self, name, to):
        frame = pd.DataFrame({"prediction": [0.25, 0.75]}, index=pd.Index(["n1", "n2"], name="id"))
        frame.to_parquet(to)

    def upload_predictions(self, file, model_id):
        self.sent[model_id] = Path(file).read_text()
        return "s-1"


def test_what_was_downloaded_is_what_is_uploaded(predict):
    numerai = Numerai()

    assert predict.submit(numerai, "mine") == "s-1"
    assert numerai.sent == {"mine": "id,prediction\nn1,0.25\nn2,0.75\n"}
