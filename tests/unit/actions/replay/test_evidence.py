import io

import pandas as pd
import pytest

from nab.actions.replay import evidence
from nab.core.recording.calls.lines import Call
from nab.core.replay import leaks
from nab.core.replay.cut import Cut
from nab.core.replay.leaks import Way
from nab.paths import AgentFolder

CUT = Cut(first=101, last=250)
SEALED = {f"n{number:015x}" for number in range(50)}
HOST = "numerai-datasets-us-west-2.s3.amazonaws.com"


def parquet(**columns):
    out = io.BytesIO()
    pd.DataFrame(columns).to_parquet(out, index=False)
    return out.getvalue()


def test_a_table_says_its_newest_era_and_the_newest_known_target_by_its_days():
    content = parquet(
        id=["a", "b", "c"],
        era=["0090", "0096", "0100"],
        target_ender_20=[0.5, 0.5, None],
        target_ender_60=[0.5, None, None],
    )
    table = evidence.of_content("x.parquet", content, SEALED)

    assert (table.newest, table.newest_known, table.sealed_ids) == (100, {20: 96, 60: 90}, 0)
    assert leaks.ways(leaks.of_table(CUT, table)) == [Way.EMBARGO, Way.EMBARGO][:1]


def test_a_live_file_has_no_era_and_says_nothing():
    content = parquet(id=["a"], era=["X"], target=[None], feature=[1])
    table = evidence.of_content("live.parquet", content, SEALED)

    assert (table.newest, table.newest_known) == (None, {})
    assert leaks.of_table(CUT, table) == []


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_ids_of_sealed_eras_are_counted_as_a_column_or_as_the_index(ending):
    rows = pd.DataFrame({"prediction": [0.1] * 5}, index=pd.Index([*sorted(SEALED)[:4], "other"], name="id"))
    out = io.BytesIO()
    (rows.to_csv if ending == "csv" else rows.to_parquet)(out)

    assert evidence.of_content(f"x.{ending}", out.getvalue(), SEALED).sealed_ids == 4


def test_every_table_of_a_folder_is_looked_into_and_what_cannot_be_is_told(tmp_path):
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/data.csv").write_text("id,era\nn1,0140\n")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no parquet")
    (tmp_path / "notes.md").write_text("era 0140")
    (tmp_path / "link.csv").symlink_to("/etc/passwd")

    kept = evidence.kept(AgentFolder(tmp_path), SEALED)

    assert [(one.name, one.newest) for one in kept.tables] == [("data.csv", 140)]
    assert len(kept.unread) == 1 and kept.unread[0].startswith("broken.parquet: ")


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (Call(host=HOST, path="/1401/v5.3/train.parquet", status=200), "v5.3/train.parquet"),
        (Call(host=HOST, path="/datasets/1401/v5.3/live.parquet", status=200), "v5.3/live.parquet"),
        (Call(host=HOST, path="/1401/v5.3/train.parquet", status=404), ""),
        (Call(host="elsewhere.org", path="/1401/v5.3/train.parquet", status=200), ""),
    ],
)
def test_what_was_served_is_known_by_its_name_in_the_dataset(call, name):
    assert evidence.file_of(call) == name
