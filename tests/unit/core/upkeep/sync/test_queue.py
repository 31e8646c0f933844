"""The queue, the addresses, the list of what stays, and what make status says."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.errors import NabError
from nab.core.text import times
from nab.core.upkeep.sync import manifest, queue
from nab.core.upkeep.sync.lag import Last
from nab.core.upkeep.sync.lag_words import words
from nab.core.upkeep.sync.mirror_index import Held, LeftOutRow, MirrorIndex, blob_id
from nab.core.upkeep.sync.queue import Waiting
from nab.core.upkeep.sync.remotes import Reached, origin, reached

NOON = datetime(2026, 5, 16, 12, 0, tzinfo=UTC)
REMOTE = "git@github.com:you/bench-state.git"


@given(st.lists(st.integers(0, 100), max_size=30), st.integers(1, 150))
def test_batches_are_bounded_in_order_and_complete(sizes, most):
    left = [Waiting(str(number), number, size) for number, size in enumerate(sizes)]
    sent = []
    while left:
        batch = queue.batch(left, most)
        assert len(batch) == 1 or sum(one.size for one in batch) <= most
        sent, left = sent + batch, left[len(batch) :]

    assert [one.size for one in sent] == sizes


def test_a_message_tells_its_size_and_the_last_event():
    said = queue.message("2026-05-16T12:00:00.000Z", 3, 4567, 89, "runs/r")

    assert queue.waiting(f"abc 1778932800 {said}") == Waiting("abc", 1778932800, 4567, "runs/r", said)
    assert queue.seq(said) == 89
    assert queue.seq(queue.with_events(said, 90)) == 90
    assert queue.waiting("abc 1 both histories are kept").size == 0


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (REMOTE, Reached.SSH),
        ("ssh://git@127.0.0.1:2222/srv/a.git", Reached.SSH),
        ("https://github.com/you/a.git", Reached.HTTPS),
        ("https://127.0.0.1:8443/a.git", Reached.HTTPS),
        ("/mnt/backup/a.git", Reached.FOLDER),
    ],
)
def test_a_remote_is_reached_over_ssh_https_or_as_a_folder(address, expected):
    assert reached(address) is expected


@pytest.mark.parametrize(
    "address",
    [
        "https://token@github.com/you/a.git", "https://you:token@github.com/you/a.git", "ssh://git:pw@h/a.git",
        "http://github.com/you/a.git", "ext::sh -c date", "-oProxyCommand=date", "git@-oProxyCommand=x:a", "a.git",
        "git@host:-upload", "ssh://-oProxyCommand=date/a", "file:///a", "git@host: a", "",
    ],
)  # fmt: skip
def test_another_address_or_one_with_a_secret_is_refused_in_a_sentence(address):
    with pytest.raises(NabError, match=r"sync\.remote"):
        reached(address)


def test_a_token_is_for_one_origin():
    assert origin("https://h:8443/a/b.git") == "https://h:8443"


def test_the_list_is_sorted_and_its_own_rows_can_be_read_again():
    known = MirrorIndex(
        rows={
            b"runs/r/b": LeftOutRow("large", 9),
            b"runs/r/a/\xff": LeftOutRow("secret (shape: GitHub token)", 1, "0" * 16),
        }
    )
    listed = b'{"path":"big.bin","reason":"large","bytes":200000000,"mtime":null,"sha256":null}\n'
    known.listed["r"] = manifest.of_a_workspace(b"runs/r/workspace", listed, lambda path: path)

    written = manifest.written(known, "runs/r", {}, lambda text: True)

    rows = [msgspec.json.decode(line) for line in written.splitlines()]
    assert [row["path"] for row in rows] == ["runs/r/a/\\xff", "runs/r/b", "runs/r/workspace/big.bin"]
    assert (rows[2]["bytes"], rows[2]["by"]) == (200_000_000, "git_watcher")
    assert dict(manifest.read(written)) == known.rows


def test_a_secret_in_a_name_that_a_workspace_lists_is_taken_out_in_both_spellings():
    raw = {"path": "a-SECRET", "path_hex": b"a-SECRET\xff".hex(), "reason": "large", "bytes": 1}

    (line,) = manifest.of_a_workspace(
        b"w", msgspec.json.encode(raw), lambda path: path.replace(b"SECRET", b"*")
    )

    assert b"SECRET" not in line
    assert b"SECRET".hex().encode() not in line


def test_a_long_list_of_a_workspace_says_how_many_more_there_are():
    listed = b'{"path":"x","reason":"large","bytes":1}\n' * (manifest.MOST_OF_A_RUN + 5)

    lines = manifest.of_a_workspace(b"w", listed, lambda path: path)

    assert len(lines) == manifest.MOST_OF_A_RUN + 1
    assert msgspec.json.decode(lines[-1])["files"] == 5


def test_a_blobs_id_is_what_git_says():
    assert blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_other_secrets_have_what_was_left_out_judged_again_and_nothing_else():
    known = MirrorIndex(
        judged_by="old",
        rows={b"a": LeftOutRow("large", 1), b"g/000000000000.jsonl": LeftOutRow("secret (x)", 1)},
    )
    known.files = {b"a": Held(1, 0, 1, ""), b"b": Held(2, 0, 1, "blob"), b"g": Held(3, 1, 1, "")}
    known.rows[b"runs/r/workspace/c"] = LeftOutRow("large", 1)
    known.workspaces = {"r": "commit", "other": "commit"}

    known.reconsider("new")

    assert [held.signature for held in known.files.values()] == [0, 2, 0]
    assert known.again == {"r"}
    known.leave(b"a", LeftOutRow("large", 1))
    known.forget_stale()
    assert set(known.rows) == {b"a"}
    known.files[b"a"].signature = 7
    known.reconsider("new")
    assert known.files[b"a"].signature == 7


def last(**changes):
    before = times.text(NOON - timedelta(seconds=30))
    noted = Last(remote=REMOTE, branch="bench-x", checked=before, arrived=before, arrived_seq=120, seq=120)
    return msgspec.structs.replace(noted, **changes)


def test_status_tells_what_is_there_what_waits_and_what_is_wrong():
    hour_ago = times.text(NOON - timedelta(hours=1))

    assert words(None, "", NOON).startswith("sync: off")
    assert "nothing is at" in words(None, REMOTE, NOON)
    assert words(last(), REMOTE, NOON) == f"sync: events up to 120 reached {REMOTE}, bench-x 30 s ago"
    stuck = words(
        last(
            waiting=3,
            waiting_bytes=5 << 20,
            waiting_since=hour_ago,
            error="the remote cannot be reached",
            failing_since=hour_ago,
        ),
        REMOTE,
        NOON,
    )
    assert "3 commits (5.0 MiB) wait, for 60 min" in stuck or "for 1.0 h" in stuck
    assert "<-- the remote cannot be reached" in stuck
    assert "2 withheld because of a secret" in words(last(withheld=2), REMOTE, NOON)
    assert "is nab-sync.timer running?" in words(last(checked=hour_ago), REMOTE, NOON)


def test_lag_is_the_age_of_the_oldest_commit_that_waits():
    assert last().lag_seconds(NOON) == 0
    assert last(waiting_since=times.text(NOON - timedelta(hours=1))).lag_seconds(NOON) == 3600
