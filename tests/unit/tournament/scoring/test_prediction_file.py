from io import StringIO

import numpy as np
import pandas as pd
import pytest

from nab.tournament.market.market import SIZES, Market
from nab.tournament.scoring import prediction_file
from nab.tournament.scoring.prediction_file import Invalid

IDS = ["n1", "n2", "n3", "n4"]
TOO_FEW = (
    "invalid_submission_ids: Not enough stocks submitted. Are you using the latest live ids or live universe?"
)
HEADERS = "invalid_submission_headers: headers must be one of ['id'] and one of ['prediction', 'probability']"
MARKET = Market(1, SIZES["tiny"])


def read(tmp_path, text):
    path = tmp_path / "upload"
    path.write_text(text)
    return prediction_file.read(path, "upload.csv")


@pytest.mark.parametrize(
    "text",
    [
        "id,prediction\nn4,0.9\nn1,0.1\nn2,0.2\nn3,0.3\n",
        "id,probability\nn1,0.1\nn2,0.2\nn3,0.3\nn4,0.9\n",
        "id,prediction\nn1,0.1\nn2,0.2\nn3,0.3\nn4,0.9\nzz,0.4\n",
    ],
    ids=["any order", "legacy header", "extra ids"],
)
def test_a_valid_file_gives_a_prediction_for_each_id(tmp_path, text):
    assert list(prediction_file.predictions_of(read(tmp_path, text), IDS)) == [0.1, 0.2, 0.3, 0.9]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,prediction\nn1,0.1\nn2,0.2\nn3,0.3\n", TOO_FEW),
        ("id,prediction\nx1,0.1\nx2,0.2\nx3,0.3\nx4,0.9\n", TOO_FEW),
        ("id,pred\nn1,0.1\nn2,0.2\nn3,0.3\nn4,0.9\n", HEADERS),
        ("prediction,id\n0.1,n1\n0.2,n2\n0.3,n3\n0.9,n4\n", HEADERS),
        ("prediction\n0.1\n0.2\n0.3\n0.9\n", HEADERS),
        (
            "id,prediction\nn1,0.1\nn1,0.1\nn2,0.2\nn3,0.3\nn4,0.9\n",
            "invalid_submission_ids: Duplicates detected in id for live period.",
        ),
        (
            "id,prediction\n,0.1\nn2,0.2\nn3,0.3\nn4,0.9\n",
            "invalid_submission_ids: Submission must not contain NaNs in the id column.",
        ),
        (
            "id,prediction\nn1,\nn2,0.2\nn3,0.3\nn4,0.9\n",
            "invalid_submission_values: submission must not contain NaNs",
        ),
        (
            "id,prediction\nn1,2\nn2,0.2\nn3,0.3\nn4,0.9\n",
            "invalid_submission_values: values must be between 0 and 1 exclusive",
        ),
        (
            "id,prediction\nn1,0.5\nn2,0.5\nn3,0.5\nn4,0.5\n",
            "invalid_submission_values: submission must have non-zero standard deviation",
        ),
        ("id,prediction\nn1,a\nn2,b\nn3,c\nn4,d\n", "invalid_submission_values: predictions must be numbers"),
    ],
)
def test_an_invalid_file_is_refused_in_numerais_words(tmp_path, text, message):
    with pytest.raises(Invalid) as refused:
        prediction_file.predictions_of(read(tmp_path, text), IDS)

    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("name", "content"), [("a.parquet", b"not parquet"), ("a.csv", b""), ("a.csv", b"\xff\xfe")]
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid, match="cannot be read"):
        prediction_file.read(tmp_path / name, name)


def test_the_ids_of_the_round_before_are_taken_for_the_same_stocks():
    now, before, older = (MARKET.live(number) for number in (1402, 1401, 1400))
    values = np.linspace(0.1, 0.9, len(before.era.ids))
    upload = pd.read_csv(
        StringIO(pd.DataFrame({"id": before.era.ids, "prediction": values}).to_csv(index=False))
    )
    stocks, ids_of = prediction_file.by_stock(upload, [now, before])

    assert ids_of == before
    assert list(stocks[before.stocks]) == pytest.approx(list(values))
    with pytest.raises(Invalid, match="Not enough stocks"):
        prediction_file.by_stock(upload, [now, older])
