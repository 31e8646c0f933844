"""A folder of an agent comes back from a backup as it was read, whatever lies in it."""

import os
import stat
from pathlib import Path

import pytest

from nab.core.upkeep.backup.entries import Entry, Kind
from nab.edges.files import backups
from nab.edges.untrusted import archiving, refilling
from nab.edges.untrusted.refilling import Refill
from nab.paths import AgentFolder

PREFIX = b"runs/r/disk"


def nothing(_path, _folder):
    return ""


def filled(folder: Path) -> Path:
    (folder / "home/.codex").mkdir(parents=True)
    (folder / "home/.codex/history.jsonl").write_text('{"a": 1}\n')
    (folder / "home/run.sh").write_text("#!/bin/sh\n")
    (folder / "home/run.sh").chmod(0o755)
    (folder / "home/again.sh").hardlink_to(folder / "home/run.sh")
    (folder / "home/out").symlink_to("/etc/passwd")
    (folder / "home/gone").symlink_to("nowhere")
    (folder / "tmp").mkdir(mode=0o755)
    (folder / "tmp").chmod(0o1777)
    (folder / "tmp/closed").mkdir()
    (folder / "tmp/closed/in").write_text("in")
    (folder / "tmp/closed").chmod(0o500)
    (folder / os.fsdecode(b"odd\xff\nname")).write_text("odd")
    (folder / "empty").touch()
    with (folder / "holes").open("wb") as file:
        file.truncate(64 << 20)
        os.pwrite(file.fileno(), b"data", 10 << 20)
        os.pwrite(file.fileno(), b"more", 40 << 20)
    os.utime(folder / "empty", (1000, 1000))
    os.utime(folder / "home", (2000, 2000))
    return folder


def backed_up(source, file, why=nothing):
    left = []
    with file.open("xb") as sink, backups.writing(sink) as out:
        for found in archiving.found(AgentFolder(source), PREFIX, why):
            if found.why:
                left.append((found.entry.path.removeprefix(PREFIX + b"/"), found.why))
            elif found.content is not None:
                out.add_bytes(found.entry, found.content)
            elif found.file >= 0:
                out.add_file(found.entry, found.file, found.size)
            else:
                out.add(found.entry)
    return left


def restored(file, target):
    target.mkdir()
    refill = Refill(AgentFolder(target))

    def below(path):
        return path.removeprefix(PREFIX).lstrip(b"/")

    try:
        backups.read(
            file, lambda entry, pieces: refill.put(below(entry.path), entry, pieces, below(entry.target))
        )
        refill.close()
    finally:
        refill.drop()
    return target


def told(folder):
    """Return what can be seen of everything below a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        seen = path.lstat()
        content = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None
        when = None if path.is_symlink() else int(seen.st_mtime)
        found[path.relative_to(folder)] = (
            stat.S_IFMT(seen.st_mode),
            seen.st_mode,
            seen.st_uid,
            when,
            content,
        )
    return found


def test_what_was_there_is_there_again(tmp_path):
    source = filled(tmp_path / "source")

    assert backed_up(source, tmp_path / "b") == []
    target = restored(tmp_path / "b", tmp_path / "target")
    assert told(target) == told(source)
    assert (target / "home/run.sh").samefile(target / "home/again.sh")
    assert (target / "holes").stat().st_blocks * 512 < 1 << 20


def test_the_order_is_that_of_names(tmp_path):
    source = filled(tmp_path / "source")
    (one, other) = (tmp_path / "b", tmp_path / "c")
    backed_up(source, one)
    backed_up(source, other)

    assert one.read_bytes() == other.read_bytes()


def test_what_is_no_file_stays_behind_and_is_told(tmp_path):
    source = filled(tmp_path / "source")
    os.mkfifo(source / "home/pipe")
    (source / "home/key").write_text("k")
    left = backed_up(source, tmp_path / "b", lambda path, _: "credentials" if path == b"home/key" else "")

    assert left == [(b"home/key", "credentials"), (b"home/pipe", "pipe")]
    assert not (restored(tmp_path / "b", tmp_path / "target") / "home/key").exists()


def test_a_small_file_that_changes_while_it_is_read_is_read_again(tmp_path, monkeypatch):
    (tmp_path / "f").write_text("old")
    real, reads = os.pread, []

    def pread(file, size, place):
        content = real(file, size, place)
        if not reads:
            (tmp_path / "f").write_text("newer")
        reads.append(content)
        return content

    monkeypatch.setattr(archiving.os, "pread", pread)
    with (tmp_path / "f").open("rb") as file:
        assert archiving.steady(file.fileno(), os.fstat(file.fileno())) == b"newer"
    assert reads == [b"old", b"newer"]


def test_no_link_in_a_backup_leads_out_of_the_folder(tmp_path):
    (tmp_path / "target").mkdir()
    (tmp_path / "elsewhere").mkdir()
    refill = Refill(AgentFolder(tmp_path / "target"))
    refill.put(b"way", Entry(b"way", Kind.LINK, target=os.fsencode(tmp_path / "elsewhere")), iter(()))

    with pytest.raises(OSError, match=r"Not a directory|Too many"):
        refill.put(b"way/file", Entry(b"way/file", Kind.FILE, whole=1, size=1), iter([b"x"]))
    with pytest.raises(OSError, match="no path below"):
        refill.put(b"../file", Entry(b"../file", Kind.FILE, whole=1, size=1), iter([b"x"]))
    refill.drop()
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert refill.here == refilling.CLOSED
