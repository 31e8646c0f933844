"""Compressing a record: whoever is killed at any of its system calls leaves it whole."""

import os
import re
import sys
from signal import SIGKILL

import pytest

from nab.core.errors import NabError
from nab.edges import process
from nab.edges.files import compressed, compression

CONTENT = b"".join(b'{"call":%d,"host":"numer.ai"}\n' % number for number in range(80_000))
PROGRAM = (
    "import sys; from pathlib import Path; from nab.edges.files import compression; "
    "compression.pack(Path(sys.argv[1]))"
)
CHANGES = "write,fsync,rename,unlink,utimensat,openat,close"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def read(path):
    with compressed.opened(path) as file:
        return file.read()


def test_the_copy_takes_the_records_place_with_its_time_and_its_content(tmp_path):
    path = tmp_path / "http.jsonl"
    path.write_bytes(CONTENT)
    os.utime(path, (1_000_000_000, 1_000_000_000))

    won = compression.pack(path)

    assert names(tmp_path) == ["http.jsonl.gz"]
    assert read(path) == CONTENT
    assert won == len(CONTENT) - compressed.beside(path).stat().st_size > 0
    assert compressed.beside(path).stat().st_mtime == 1_000_000_000


@pytest.mark.parametrize("content", [b"", b"small\n", os.urandom(100_000)], ids=["empty", "small", "noise"])
def test_what_is_not_worth_it_stays_as_it_is(tmp_path, content):
    path = tmp_path / "a"
    path.write_bytes(content)

    assert compression.pack(path) == 0
    assert names(tmp_path) == ["a"]
    assert read(path) == content


def test_a_record_that_somebody_still_writes_stays_as_it_is(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    whole = compression.read

    def meanwhile(copy):
        with path.open("ab") as file:
            file.write(b"more\n")
        return whole(copy)

    monkeypatch.setattr(compression, "read", meanwhile)
    with pytest.raises(NabError, match="changed while it was compressed"):
        compression.pack(path)

    assert names(tmp_path) == ["a"]
    assert read(path) == CONTENT + b"more\n"


def test_a_copy_that_does_not_read_back_is_never_taken(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    monkeypatch.setattr(compressed, "members", lambda pieces: (b"" for _ in pieces))

    with pytest.raises(NabError, match="stays as it is"):
        compression.pack(path)

    assert names(tmp_path) == ["a"]
    assert path.read_bytes() == CONTENT


def test_who_was_killed_between_the_two_is_followed_by_one_that_ends_it(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(CONTENT)
    compression.pack(path)
    path.write_bytes(CONTENT)  # both are there

    assert read(path) == CONTENT
    compression.pack(path)
    assert names(tmp_path) == ["a.gz"]
    assert read(path) == CONTENT


def traced(path, *options):
    trace = path.with_suffix(".trace")
    words = ("strace", "-f", "-o", str(trace), *options, sys.executable, "-B", "-c", PROGRAM, str(path / "a"))
    ended = process.run(*words, check=False)
    return ended, trace.read_text(encoding="utf-8")


def folder_with_a_record(path):
    path.mkdir()
    (path / "a").write_bytes(CONTENT)
    return path


@pytest.mark.skipif(not process.found("strace"), reason="strace is not installed")
@pytest.mark.soak
def test_killed_at_any_of_its_system_calls_it_leaves_one_copy_that_can_be_read(tmp_path):
    clean = folder_with_a_record(tmp_path / "clean")
    _, trace = traced(clean, f"--trace={CHANGES}")
    calls = re.findall(r"^\d+ +(\w+)\((.*)", trace, re.MULTILINE)
    ours = next(number for number, (_, what) in enumerate(calls) if str(clean) in what)
    tried = set()
    for number, (name, _) in enumerate(calls[ours:], ours):
        count = [one for one, _ in calls[: number + 1]].count(name)
        folder = folder_with_a_record(tmp_path / f"{name}{count}")
        ended, _ = traced(folder, f"--trace={name}", f"--inject={name}:signal=KILL:when={count}")
        assert ended.exit_code == -SIGKILL, (name, count, ended.stderr)

        assert read(folder / "a") == CONTENT, (name, count)
        compression.pack(folder / "a") if (folder / "a").exists() else None
        assert read(folder / "a") == CONTENT and not (folder / "a").exists()
        tried.add(name)
    assert tried >= {"write", "fsync", "rename", "unlink", "utimensat"}
