"""Reading a git directory: what changed between two commits, and contents byte for byte, with any names."""

import os
import shutil

import pytest

from nab.actions.recording.workspace.snapshots import Snapshots
from nab.edges.git import objects, repository
from nab.edges.git.objects import EMPTY_TREE
from nab.edges.untrusted import workspaces
from nab.paths import AgentFolder

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")
ODD = os.fsdecode(b'tab\t"quote" \xc3\xa9 \xff\nline')


@pytest.fixture
def history(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    folder = tmp_path.resolve()
    (folder / "w").mkdir()
    snapshots = Snapshots(AgentFolder(folder / "w"), folder / "h.git", 50 << 20, 1 << 30)
    (folder / "w/a").write_text("one")
    (folder / "w" / ODD).write_bytes(b"\0binary\n\n")
    snapshots.look()
    first = repository.head(folder / "h.git")
    (folder / "w/a").unlink()
    (folder / "w/b").symlink_to("elsewhere")
    snapshots.look()
    return folder / "h.git", first, repository.head(folder / "h.git")


def test_changes_between_two_commits_have_what_is_gone_first(history):
    folder, first, second = history

    found = [(change.path, change.mode) for change in objects.changes(folder, first, second)]
    whole = {change.path for change in objects.changes(folder, EMPTY_TREE, first)}

    assert found == [(b"a", b""), (b"b", b"120000")]
    assert whole == {b"a", os.fsencode(ODD), b".nab/left-out.jsonl"}
    assert [commit for commit, _ in objects.commits(folder, first, second)] == [second]
    assert [commit for commit, _ in objects.commits(folder, "", second)] == [first, second]


def test_contents_come_byte_for_byte_and_in_order(history):
    folder, first, _ = history
    entries = {entry.path: entry for entry in objects.entries(folder, first)}

    contents = objects.objects(folder, [entries[os.fsencode(ODD)].blob, first, entries[b"a"].blob])

    odd, commit, a = list(contents)
    assert (odd.content, odd.kind, a.content) == (b"\0binary\n\n", "blob", b"one")
    assert commit.kind == "commit"
    assert entries[os.fsencode(ODD)].size == 9
    assert objects.content(folder, f"{first}:a") == b"one"
    assert objects.content(folder, f"{first}:none") == b""
    assert objects.has(folder, first)
    assert not objects.has(folder, "1" * 40)
