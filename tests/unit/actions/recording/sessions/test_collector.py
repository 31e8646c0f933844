"""What is copied of a run's sessions while its programs write, truncate, delete and mean harm."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from nab.actions.recording.sessions import budgets
from nab.actions.recording.sessions.copies import Collection
from nab.edges import clock
from nab.edges.untrusted import outboxes
from nab.paths import RunPaths
from support.records.recorded import KEPT

GLOBS = (".claude/projects/*/*.jsonl", ".claude/projects/*/*/subagents/*.jsonl")


@pytest.fixture
def run(tmp_path):
    paths = RunPaths(tmp_path / "2026-05-16T130207Z-claude-l3")
    (paths.outbox.own_path / "work-1").mkdir(parents=True)
    (paths.home.own_path / ".claude/projects/-workspace").mkdir(parents=True)
    return paths


def collection(paths):
    return Collection(paths, GLOBS)


def write(path, content, mode="wb"):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode) as file:
        file.write(content)


def copies(paths):
    return {
        str(path.relative_to(paths.sessions)): path.read_bytes()
        for path in paths.sessions.rglob("*")
        if path.is_file()
    }


def test_what_was_printed_and_every_transcript_that_matches_is_copied_to_its_place(run):
    printed = (KEPT / "claude/basic.stdout").read_bytes()
    write(run.outbox.own_path / "work-1/stdout", printed)
    write(run.outbox.own_path / "work-1/stderr", b"a complaint")
    write(run.home.own_path / ".claude/projects/-workspace/one.jsonl", b"{}\n")
    write(run.home.own_path / ".claude/projects/-workspace/one/subagents/two.jsonl", b"[]\n")
    write(run.home.own_path / ".claude/history.jsonl", b"not asked for\n")
    write(run.outbox.own_path / "work-1/other", b"not ours\n")

    assert collection(run).look() is False

    assert copies(run) == {
        "work-1/stdout.jsonl": printed,
        "work-1/stderr.log": b"a complaint",
        "home/.claude/projects/-workspace/one.jsonl": b"{}\n",
        "home/.claude/projects/-workspace/one/subagents/two.jsonl": b"[]\n",
    }
    assert stat.S_IMODE((run.sessions / "work-1/stdout.jsonl").stat().st_mode) & 0o133 == 0


@pytest.mark.parametrize("again", [lambda one: one.look(), lambda one: one.glance()], ids=["look", "glance"])
def test_only_what_is_new_is_written(run, again):
    source, copy = run.outbox.own_path / "work-1/stdout", run.sessions / "work-1/stdout.jsonl"
    write(source, b"one\n")
    ours = collection(run)
    ours.look()
    before = copy.stat()
    again(ours)
    assert copy.stat().st_mtime_ns == before.st_mtime_ns

    write(source, b"two\nthr", "ab")
    again(ours)

    assert copy.read_bytes() == b"one\ntwo\nthr"
    assert copy.stat().st_ino == before.st_ino


def test_a_session_that_begins_is_seen_at_the_next_glance(run):
    write(run.outbox.own_path / "work-1/stdout", b"one\n")
    ours = collection(run)
    ours.look()
    write(run.outbox.own_path / "work-2/stdout", b"two\n")

    ours.glance()

    assert copies(run)["work-2/stdout.jsonl"] == b"two\n"


def rewritten(path):
    write(path, b"something else, and longer than before\n")


def truncated(path):
    os.truncate(path, 3)


def deleted_and_made_again(path):
    path.unlink()
    write(path, b"another\n")


def replaced_by_one_that_ends_alike(path):
    other = path.with_suffix(".new")
    write(other, b"X" + path.read_bytes()[1:] + b"and more\n")
    other.rename(path)


@pytest.mark.parametrize(
    "harm", [rewritten, truncated, deleted_and_made_again, replaced_by_one_that_ends_alike]
)
def test_what_was_once_copied_is_kept_when_its_source_is_another(run, harm):
    source = run.home.own_path / ".claude/projects/-workspace/one.jsonl"
    first = b"first\n" * 2000
    write(source, first)
    ours = collection(run)
    ours.look()
    harm(source)
    ours.look()
    write(source, b"end\n", "ab")
    ours.look()

    name = "home/.claude/projects/-workspace/one.jsonl"
    assert copies(run) == {name: source.read_bytes(), f"{name}.1": first}


def test_a_transcript_that_is_deleted_is_kept_and_its_successor_is_another_copy(run):
    source = run.home.own_path / ".claude/projects/-workspace/one.jsonl"
    ours = collection(run)
    for number in range(3):
        write(source, b"%d is the first line\n" % number)
        ours.look()
        source.unlink()
        ours.look()

    name = "home/.claude/projects/-workspace/one.jsonl"
    assert copies(run) == {
        f"{name}.1": b"0 is the first line\n",
        f"{name}.2": b"1 is the first line\n",
        name: b"2 is the first line\n",
    }


def test_a_source_that_was_replaced_by_itself_and_more_goes_on_in_the_same_copy(run):
    source = run.home.own_path / ".claude/projects/-workspace/one.jsonl"
    write(source, b"one\n")
    ours = collection(run)
    ours.look()
    write(source.with_suffix(".new"), b"one\ntwo\n")
    source.with_suffix(".new").rename(source)

    ours.look()

    assert list(copies(run).values()) == [b"one\ntwo\n"]


def test_nothing_but_files_below_the_two_folders_is_copied_and_nothing_waits(run, tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.mkdir()
    write(secret / "one.jsonl", b"secret\n")
    projects = run.home.own_path / ".claude/projects"
    (projects / "linked").symlink_to(secret)
    (projects / "-workspace/linked.jsonl").symlink_to(secret / "one.jsonl")
    os.mkfifo(projects / "-workspace/pipe.jsonl")
    (projects / "-workspace/folder.jsonl").mkdir()
    (projects / "-workspace/loop.jsonl").symlink_to("loop.jsonl")
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(projects)  # a socket's path is short
        listening.bind("-workspace/s.jsonl")
        (run.outbox.own_path / "work-2").symlink_to(secret)
        (run.outbox.own_path / "work-3").mkdir()
        (run.outbox.own_path / "work-3/stdout").symlink_to(secret / "one.jsonl")
        os.mkfifo(run.outbox.own_path / "work-3/stderr")
        write(run.outbox.own_path / "../outbox/Work-4/stdout", b"no name of a session\n")
        write(run.outbox.own_path / "work-x/stdout", b"no name of a session\n")

        collection(run).look()
        collection(run).glance()

    assert copies(run) == {}


def test_a_folder_that_becomes_a_link_while_it_is_read_leads_nowhere(run, tmp_path):
    write(tmp_path / "secret/stdout", b"secret, and longer than what stands here\n")
    write(run.outbox.own_path / "work-1/stdout", b"ours\n")
    ours = collection(run)
    ours.look()
    (run.outbox.own_path / "work-1").rename(run.outbox.own_path / "moved")
    (run.outbox.own_path / "work-1").symlink_to(tmp_path / "secret")

    ours.look()
    ours.glance()

    assert copies(run) == {"work-1/stdout.jsonl": b"ours\n"}


def test_what_cannot_be_copied_is_told_once_and_stops_nothing(run, capsys):
    odd = run.home.own_path / ".claude/projects/-workspace/odd.jsonl"
    write(odd, b"a file\n")
    ours = collection(run)
    ours.look()
    odd.unlink()
    write(odd / "subagents/one.jsonl", b"now a folder\n")
    write(run.outbox.own_path / "work-1/stderr", b"open\n")

    for _ in range(3):
        ours.look()

    name = "home/.claude/projects/-workspace/odd.jsonl"
    assert copies(run) == {"work-1/stderr.log": b"open\n", name: b"a file\n"}
    assert capsys.readouterr().err.count("cannot be copied") == 1


def test_names_that_are_no_text_are_copied_under_the_same_name(run):
    name = b"\xff\x1b[31m\n.jsonl"
    place = os.path.join(os.fsencode(run.home.own_path), b".claude/projects/-workspace", name)  # noqa: PTH118
    with open(place, "wb") as file:  # noqa: PTH123
        file.write(b"odd\n")

    collection(run).look()

    assert os.listdir(os.fsencode(run.sessions / "home/.claude/projects/-workspace")) == [name]  # noqa: PTH208


def test_a_look_copies_so_much_and_says_that_more_is_waiting(run, monkeypatch):
    monkeypatch.setattr(budgets, "LOOK_BYTES", 1 << 20)
    write(run.outbox.own_path / "work-1/stdout", b"x" * (5 << 19))
    ours = collection(run)

    waits = [ours.look() for _ in range(4)]

    assert waits == [True, True, False, False]
    assert (run.sessions / "work-1/stdout.jsonl").stat().st_size == 5 << 19


def test_a_session_fills_so_much_a_month_and_that_is_told_once(run, monkeypatch, capsys):
    monkeypatch.setattr(budgets, "SHARE_BYTES", 1 << 20)
    with (run.outbox.own_path / "work-1/stdout").open("wb") as file:
        file.truncate(1 << 40)  # no disk has it: nothing but its size
    for _ in range(3):
        ours = collection(run)
        assert [ours.look() for _ in range(3)] == [False] * 3

    assert (run.sessions / "work-1/stdout.jsonl").stat().st_size == 1 << 20
    assert (run.sessions / "full").read_text().startswith("no more of its sessions is copied")
    assert capsys.readouterr().err.count("no more of its sessions") == 1


def test_the_next_session_has_a_share_of_its_own(run, monkeypatch):
    monkeypatch.setattr(budgets, "SHARE_BYTES", 1 << 20)
    ours = collection(run)
    outboxes.give(run.control, outboxes.StartOrder("work-1", ()))
    write(run.outbox.own_path / "work-1/stdout", b"x" * (3 << 20))
    assert [ours.look() for _ in range(2)] == [False, False]

    outboxes.give(run.control, outboxes.StartOrder("work-2", ()))
    write(run.outbox.own_path / "work-2/stdout", b"one\n")
    ours.glance()
    ours.look()

    found = copies(run)
    assert found["work-2/stdout.jsonl"] == b"one\n"
    assert (1 << 20) < len(found["work-1/stdout.jsonl"]) <= 2 << 20
    assert [line.split(b"in 20")[1][6:12] for line in found["full"].splitlines()] == [b"work-1", b"work-2"]


def test_the_next_month_begins_what_the_last_had_no_room_for_and_goes_on_with_the_rest(run, monkeypatch):
    monkeypatch.setattr(budgets, "SHARE_FILES", 2)
    for number in range(4):
        write(run.home.own_path / f".claude/projects/-workspace/{number}.jsonl", b"{}\n")
    ours = collection(run)
    ours.look()
    ours.look()
    assert len(copies(run)) == 2 + 1

    later = clock.now() + timedelta(days=32)
    monkeypatch.setattr(clock, "now", lambda: later)
    ours.look()

    assert len(copies(run)) == 4 + 1


def test_a_ledger_that_cannot_be_read_begins_a_share(run):
    write(run.copied, b"\0" * 300)
    write(run.outbox.own_path / "work-1/stdout", b"one\n")

    collection(run).look()

    assert copies(run) == {"work-1/stdout.jsonl": b"one\n"}
    assert (budgets.spent(run).bytes, budgets.spent(run).files) == (4, 1)


def test_what_is_left_of_a_disk_is_left_to_others_and_that_is_told(run, monkeypatch, capsys):
    write(run.outbox.own_path / "work-1/stdout", b"one\n")
    ours = collection(run)
    with monkeypatch.context() as full:
        full.setattr(budgets, "SPARE_BYTES", 1 << 60)
        assert [ours.look() for _ in range(2)] == [False, False]
        assert copies(run).get("work-1/stdout.jsonl", b"") == b""
    assert capsys.readouterr().err.count("its sessions wait") == 1

    ours.look()
    assert copies(run) == {"work-1/stdout.jsonl": b"one\n"}


def test_so_many_files_are_begun_and_those_that_are_go_on(run, monkeypatch, capsys):
    monkeypatch.setattr(budgets, "SHARE_FILES", 3)
    for number in range(9):
        write(run.home.own_path / f".claude/projects/-workspace/{number}.jsonl", b"{}\n")
    write(run.outbox.own_path / "work-1/stdout", b"one\n")
    ours = collection(run)
    ours.look()
    write(run.outbox.own_path / "work-1/stdout", b"two\n", "ab")
    ours.look()

    found = copies(run)
    assert found.pop("full")
    assert found["work-1/stdout.jsonl"] == b"one\ntwo\n"
    assert len(found) == 3
    assert capsys.readouterr().err.count("collector:") == 1


@pytest.mark.full
def test_many_thousand_names_hold_nothing_up(run):
    folder = run.home.own_path / ".claude/projects/-workspace"
    for number in range(30_000):
        (folder / f"{number}.txt").touch()
    write(run.outbox.own_path / "work-1/stdout", b"one\n")
    began = time.monotonic()

    collection(run).look()

    assert time.monotonic() - began < 20
    assert copies(run) == {"work-1/stdout.jsonl": b"one\n"}


PROGRAM = """
import sys
from pathlib import Path
from nab.actions.recording.sessions.copies import Collection
from nab.paths import RunPaths
ours = Collection(RunPaths(Path(sys.argv[1])), sys.argv[2:])
print("at work", flush=True)
while True:
    ours.look()
    ours.glance()
"""


@pytest.mark.soak
def test_a_collector_that_is_killed_at_any_moment_goes_on_exactly(run):
    sources = [
        run.outbox.own_path / "work-1/stdout",
        run.home.own_path / ".claude/projects/-workspace/one.jsonl",
    ]
    once = (KEPT / "claude/basic.stdout").read_bytes()
    for number in range(25):
        words = [sys.executable, "-c", PROGRAM, str(run.root), *GLOBS]
        ours = subprocess.Popen(words, stdout=subprocess.PIPE)
        ours.stdout.readline()  # on a busy machine it takes a while until it copies anything
        until = time.monotonic() + number * 0.013
        while time.monotonic() < until:
            for source in sources:
                write(source, once, "ab")
            time.sleep(0.002)
        ours.send_signal(signal.SIGKILL)
        ours.wait()
    assert (run.sessions / "work-1/stdout.jsonl").stat().st_size > 0
    collection(run).look()

    expected = {"work-1/stdout.jsonl", "home/.claude/projects/-workspace/one.jsonl"}
    found = copies(run)
    assert set(found) == expected
    assert found["work-1/stdout.jsonl"] == sources[0].read_bytes()
    assert found["home/.claude/projects/-workspace/one.jsonl"] == sources[1].read_bytes()


def test_two_that_look_at_the_same_time_copy_nothing_twice(run):
    source = run.outbox.own_path / "work-1/stdout"
    beside = subprocess.Popen([sys.executable, "-c", PROGRAM, str(run.root), *GLOBS])
    try:
        ours = collection(run)
        for number in range(300):
            write(source, b'{"line": %d}\n' % number * 50, "ab")
            ours.look()
    finally:
        beside.kill()
        beside.wait()
    collection(run).look()

    assert copies(run) == {"work-1/stdout.jsonl": source.read_bytes()}
