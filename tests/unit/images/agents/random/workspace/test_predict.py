"""Random predictions: the same for the same seed and round, and otherwise others."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

FILE = Path(__file__).resolve().parents[6] / "images" / "agents" / "random" / "workspace" / "predict.py"
pytestmark = pytest.mark.full  # numerapi and pandas are imported


class Numerai:
    """What numerapi would do in a round of 40 rows."""

    def get_current_round(self):
        return 1402

    def download_dataset(self, name, to):
        ids = [f"n{number}" for number in range(40)]
        pd.DataFrame({"era": ["X"] * 40}, index=pd.Index(ids, name="id")).to_parquet(to)

    def upload_predictions(self, file, model_id):
        return Path(file).read_text()


@pytest.fixture
def submitted(monkeypatch):
    """Return what is submitted with a seed, or none, for a model of some name."""
    spec = importlib.util.spec_from_file_location("random_predict", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def with_seed(seed, model="m"):
        monkeypatch.setenv("NUMERAI_MODEL_NAME", model)
        monkeypatch.delenv("NAB_SEED", raising=False)
        if seed is not None:
            monkeypatch.setenv("NAB_SEED", str(seed))
        return module.submit(Numerai(), "id")

    return with_seed


def test_a_seed_decides_whatever_the_model_is_called(submitted):
    assert submitted(1, "m") == submitted(1, "other")
    assert submitted(0) != submitted(1)


def test_without_a_seed_the_models_name_does(submitted):
    assert submitted(None, "m") == submitted(None, "m")
    assert submitted(None, "m") != submitted(None, "other")
