"""What goes into a backup, in which order, and which paths a backup may have."""

import msgspec
import pytest

from nab.core.errors import NabError
from nab.core.upkeep.backup import contents
from nab.core.upkeep.backup.contents import Head
from nab.core.upkeep.backup.entries import Entry, Kind, line

HEAD = Head(format=1, made="2026-05-16T12:00:00.000Z", by="backup 0.1", seq=7, runs=2, bytes=10)


@pytest.mark.parametrize(
    ("path", "folder", "why"),
    [
        (b"home/.codex/auth.json", False, "credentials"),
        (b"home/.ssh", True, "credentials"),
        (b"tmp/secrets.json", False, "credentials"),
        (b"home/.codex/state_5.sqlite", False, "state"),
        (b"home/.codex/state_5.sqlite-wal", False, "state"),
        (b"home/.codex/sessions/2026/rollout-1.jsonl", False, ""),
        (b"home/.cache", True, ""),
        (b"home/notes.db-wal", False, ""),
        (b"workspace/.env", False, ""),
        (b"opt-venv/lib/token.py", False, ""),
    ],
)
def test_credentials_and_what_codex_makes_again_stay_behind_and_nothing_else(path, folder, why):
    assert contents.why_left(path, folder=folder) == why


@pytest.mark.parametrize(
    ("names", "left"),
    [
        (("run.json",), True),
        (("locks",), True),
        (("locks", "attend"), True),
        (("disk.img",), True),
        ((".http.jsonl.12.abcdef01.tmp",), True),
        (("calls", "http.jsonl"), False),
        (("workspace.git", "locks"), False),
        (("submissions", "run.json"), False),
    ],
)
def test_what_is_derived_and_locks_stay_behind(names, left):
    assert contents.is_left(names) is left


def test_a_branch_is_copied_before_the_objects_that_it_names():
    paths = [b"w.git/objects/ab/cd", b"w.git/refs/heads/workspace", b"w.git/HEAD", b"agent.log"]

    assert sorted(paths, key=contents.in_order) == [
        b"agent.log", b"w.git/HEAD", b"w.git/refs/heads/workspace", b"w.git/objects/ab/cd",
    ]  # fmt: skip


def test_a_path_is_an_agents_or_ours():
    assert contents.of_agent(b"runs/r/disk/home/.bashrc") == (b"runs/r/disk", b"home/.bashrc")
    assert contents.of_agent(b"runs/r/outbox") == (b"runs/r/outbox", b"")
    assert contents.of_agent(b"runs/r/calls/http.jsonl") is None
    assert contents.of_agent(b"events/2026-05.jsonl") is None


@pytest.mark.parametrize("path", [b"/etc/passwd", b"runs/../../x", b"secrets/numerai.json", b"runs//x", b""])
def test_no_path_of_a_backup_leads_elsewhere(path):
    with pytest.raises(NabError, match="no backup has"):
        contents.checked(path)


def test_a_backup_says_what_it_is_and_one_of_a_newer_version_is_refused_politely():
    assert contents.read_head(msgspec.json.encode(HEAD)) == HEAD
    with pytest.raises(NabError, match="newer version, backup 0"):
        contents.read_head(msgspec.json.encode(msgspec.structs.replace(HEAD, format=2)))
    for other in (b"", b"{}", b"\xff"):
        with pytest.raises(NabError, match="no backup of ours"):
            contents.read_head(other)


def test_two_names_never_make_one_line():
    one = line(Entry(b"a b", Kind.LINK, target=b"c"), "00")
    other = line(Entry(b"a", Kind.LINK, target=b"b c"), "00")

    assert one != other and one.count(b" ") == other.count(b" ") and one.count(b"\n") == 1
