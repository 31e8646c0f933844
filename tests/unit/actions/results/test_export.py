import json
import sqlite3

import pytest

from nab.actions.results import export
from nab.core.errors import NabError
from nab.core.facts import ScopesSeen, SubmissionSeen
from nab.results.tables import catalogue
from support.repository.benches import bench_on
from support.worlds import stored

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    bench = bench_on(folder)
    stored.fill(bench)
    export.export(bench, folder / "out")
    return folder / "out"


@pytest.fixture
def lite(exported):
    connection = sqlite3.connect(exported / export.SQLITE)
    yield connection
    connection.close()


def test_there_is_a_parquet_file_and_a_sqlite_table_for_all_that_may_be_published(exported, lite):
    public = {one.name for one in catalogue.TABLES if catalogue.published(one)}
    tables = {name for (name,) in lite.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    assert {path.stem for path in exported.glob("*.parquet")} == public
    assert tables == public | {export.DICTIONARY}


def test_rows_are_those_of_the_store(lite):
    assert lite.execute("SELECT round, metric, day, value, known FROM scores ORDER BY seq").fetchall() == [
        (1269, "mmc", 20, 0.01, "2026-05-16 12:00:00Z"),
        (1269, "mmc", 20, 0.02, "2026-06-02 12:00:00Z"),
        (1269, "mmc", 21, None, "2026-06-02 12:00:00Z"),
    ]
    assert lite.execute("SELECT count(*), sum(response_bytes) FROM requests").fetchone() == (18, 7200)


def test_every_exported_column_is_in_the_dictionary(lite):
    told = set(lite.execute(f"SELECT table_name, column_name FROM {export.DICTIONARY}"))
    there = {
        (table.name, row[1])
        for table in catalogue.TABLES
        for row in lite.execute(f"PRAGMA table_info({table.name})")
    }

    assert there == told


def test_no_word_of_an_agent_leaves(exported):
    said = stored.recorded.lines("claude", "basic")
    written = b"".join(path.read_bytes() for path in exported.iterdir() if path.suffix == ".sqlite")

    assert stored.SECRET_WORDS.encode() not in written
    assert b"train.py" not in written
    assert any(b"Bash" in line for line in said)


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")

    with pytest.raises(NabError, match="is not empty"):
        export.export(bench_on(tmp_path), tmp_path / "out")

    assert (tmp_path / "out" / "mine").read_text() == "mine"


def test_a_key_of_this_machine_in_any_row_stops_it_and_nothing_is_left(tmp_path):
    bench = bench_on(tmp_path)
    key = "sk-ant-REDACTED-0123456789abcdef"
    bench.paths.secrets.mkdir(parents=True)
    held = bench.paths.secrets / "anthropic.json"
    held.write_text(json.dumps({"api_key": key}))
    held.chmod(0o600)
    listed = SubmissionSeen(submission="s1", status=f"said {key}", selected=True, inserted_at="")
    bench.log.append(ScopesSeen(scopes=()))
    bench.log.append(listed, entrant="codex-l3", round=1269)

    with pytest.raises(NabError, match=r"the table submissions holds a key of this machine") as error:
        export.export(bench, tmp_path / "out")

    assert key not in str(error.value)
    assert list((tmp_path / "out").iterdir()) == []
