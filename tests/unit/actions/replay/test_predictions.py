from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from nab.actions.replay import predictions
from nab.core.errors import NabError
from nab.tournament.play.ledger import Ledger
from nab.tournament.play.uploads import Origin, Upload
from nab.tournament.replay.cutting import CutFolder
from nab.tournament.store import Store

NOON = datetime(2026, 5, 15, 12, tzinfo=UTC)
IDS = ["n1", "n2", "n3"]


@pytest.fixture
def folder(tmp_path):
    made = CutFolder(tmp_path)
    for era in (101, 102):
        (made.live(era) / "v5.3").mkdir(parents=True)
        rows = pd.DataFrame({"f": [1, 2, 3]}, index=pd.Index(IDS, name="id"))
        rows.to_parquet(made.live(era) / "v5.3/live.parquet")
    return made


def test_the_newest_upload_of_an_eras_round_is_what_was_predicted_by_id(folder):
    ledger = Ledger(Store.in_memory())
    for id, model, number, values in (
        ("a", "mine", 1402, [0.9, 0.9, 0.9]),
        ("b", "mine", 1402, [0.1, 0.2, 0.3]),
        ("c", "another", 1403, [0.5, 0.5, 0.5]),
        ("d", "mine", 1399, [0.7, 0.7, 0.7]),
    ):
        upload = Upload(id, model, f"{id}.csv", NOON, number, Origin(None, None, ""))
        ledger.add(upload, np.array(values))

    found = predictions.of_ledger(ledger, folder, "mine", {101: 1402, 102: 1403})

    assert {era: values.to_dict() for era, values in found.items()} == {
        101: {"n1": 0.1, "n2": 0.2, "n3": 0.3}
    }


def test_kept_predictions_are_read_as_they_were_or_not_at_all(tmp_path):
    path = tmp_path / "predictions.parquet"
    given = {101: pd.Series([0.1, 0.2], index=["n1", "n2"]), 102: pd.Series([0.3], index=["n3"])}
    sha256 = predictions.keep(path, given)

    again = predictions.read(path, sha256)
    assert {era: one.to_dict() for era, one in again.items()} == {
        101: {"n1": 0.1, "n2": 0.2},
        102: {"n3": 0.3},
    }

    with pytest.raises(NabError, match="is not what was fired"):
        predictions.read(path, "0" * 64)
    with pytest.raises(NabError, match="is gone"):
        predictions.read(tmp_path / "nothing", sha256)
    assert predictions.read(path, predictions.keep(path, {})) == {}
