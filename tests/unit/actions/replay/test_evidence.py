import pytest

from nab.actions.replay import evidence
from nab.core.recording.calls.lines import Call
from nab.paths import AgentFolder

SEALED = {f"n{number:015x}" for number in range(50)}
HOST = "numerai-datasets-us-west-2.s3.amazonaws.com"


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
