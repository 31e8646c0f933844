import io

import pandas as pd
import pytest

from nab.core.replay import leaks
from nab.core.replay.cut import Cut
from nab.tournament.replay import kept_tables

CUT = Cut(first=101, last=250)
SEALED = {f"n{number:015x}" for number in range(50)}


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
    table = kept_tables.of_content("x.parquet", content, SEALED)

    assert (table.newest, table.newest_known, table.sealed_ids) == (100, {20: 96, 60: 90}, 0)
    assert leaks.ways(leaks.of_table(CUT, table)) == ["embargo"]


def test_a_live_file_has_no_era_and_says_nothing():
    content = parquet(id=["a"], era=["X"], target=[None], feature=[1])
    table = kept_tables.of_content("live.parquet", content, SEALED)

    assert (table.newest, table.newest_known) == (None, {})
    assert leaks.of_table(CUT, table) == []


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_ids_of_sealed_eras_are_counted_as_a_column_or_as_the_index(ending):
    rows = pd.DataFrame({"prediction": [0.1] * 5}, index=pd.Index([*sorted(SEALED)[:4], "other"], name="id"))
    out = io.BytesIO()
    (rows.to_csv if ending == "csv" else rows.to_parquet)(out)

    assert kept_tables.of_content(f"x.{ending}", out.getvalue(), SEALED).sealed_ids == 4
