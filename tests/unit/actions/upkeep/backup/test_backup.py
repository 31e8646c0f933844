"""A backup holds the state without its keys, is complete or not there, and overwrites nothing."""

import tarfile
import threading

import pytest

from nab.actions.upkeep.backup import backup, ours
from nab.core.errors import NabError
from nab.edges.files import backups
from support.records.logs import round_seen
from support.repository.benches import bench_on
from support.worlds.backups import RUN, SECRET, state_on

pytestmark = pytest.mark.full  # a state is made, read and written for each


@pytest.fixture
def bench(tmp_path):
    return state_on(tmp_path)


def contents(file):
    found = {}
    backups.read(file, lambda entry, pieces: found.__setitem__(entry.path.decode(), b"".join(pieces)))
    return found


def test_it_holds_the_log_the_records_what_agents_have_and_the_settings(bench, tmp_path):
    report = backup.backup(bench, tmp_path / "b.tar.gz")
    found = contents(tmp_path / "b.tar.gz")

    (segment,) = bench.paths.events.glob("*.jsonl")
    assert found[f"events/{segment.name}"] == segment.read_bytes()
    run = f"runs/{RUN}"
    assert found[f"{run}/calls/http.jsonl"] == b'{"call": 1}\n{"call": 2}\n'
    assert found[f"{run}/disk/workspace/submit.sh"] == b"#!/bin/sh\n"
    assert b"hello" in found[f"{run}/disk/home/.codex/sessions/rollout.jsonl"]
    assert f"{run}/workspace" in found and f"{run}/workspace.git/HEAD" in found
    assert found["nab.toml"] == bench.config.file.read_bytes()
    assert (report.head.seq, report.head.runs) == (2, 1)
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600


def test_no_key_and_nothing_that_is_made_again_is_in_it(bench, tmp_path):
    report = backup.backup(bench, tmp_path / "b.tar.gz")
    found = contents(tmp_path / "b.tar.gz")

    assert not any(SECRET.encode() in content for content in found.values())
    assert {name.split("/")[0] for name in found} == {"nab-backup.json", "nab.toml", "events", "runs"}
    assert not {"locks", "run.json"} & {name.split("/")[2] for name in found if name.count("/") > 1}
    assert report.left == {"credentials": 1}
    assert "1 credentials" in backup.sentence(report)


def test_the_log_in_it_ends_with_an_event_while_others_write(bench, tmp_path):
    over = threading.Event()

    def write():
        own = bench_on(tmp_path)
        while not over.is_set():
            own.log.append(round_seen(), round=1269)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        reports = [backup.backup(bench, tmp_path / f"{nth}.tar.gz") for nth in range(3)]
    finally:
        over.set()
        writer.join()
    for report in reports:
        (log,) = [content for name, content in contents(report.file).items() if name.startswith("events/")]
        assert log.endswith(b"\n") and log.count(b"\n") == report.head.seq


def test_a_backup_overwrites_nothing_and_wants_a_folder(bench, tmp_path):
    (tmp_path / "b").write_text("mine")
    with pytest.raises(NabError, match="is there already"):
        backup.backup(bench, tmp_path / "b")
    with pytest.raises(NabError, match="no folder"):
        backup.backup(bench, tmp_path / "none/b")
    with pytest.raises(NabError, match="no FILE given"):
        backup.backup(bench, tmp_path.__class__(""))
    assert (tmp_path / "b").read_text() == "mine"


def test_too_little_room_is_said_before_anything_is_written(bench, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "SPARE", 1 << 60)
    with pytest.raises(NabError, match=r"free for .*, and it may take"):
        backup.backup(bench, tmp_path / "b")
    assert not list(tmp_path.glob("b*"))


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_whoever_stops_it_leaves_nothing(bench, tmp_path, monkeypatch, stop):
    def stopped(*_):
        raise stop

    monkeypatch.setattr(ours, "add_run", stopped)
    with pytest.raises(BaseException, match=r"|No space"):
        backup.backup(bench, tmp_path / "b")
    assert not list(tmp_path.glob("b*"))


def test_a_damaged_log_is_no_backup(bench, tmp_path):
    (segment,) = bench.paths.events.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes().replace(b"codex", b"coder", 1))
    with pytest.raises(NabError, match="damaged"):
        backup.backup(bench_on(tmp_path), tmp_path / "b")
    assert not list(tmp_path.glob("b*"))


def test_a_record_that_is_compressed_meanwhile_is_in_it(bench, tmp_path, monkeypatch):
    paths, real = bench.run(RUN), ours.add

    def add(out, path, *words, **named):
        if path == paths.http:
            path.rename(path.with_name("http.jsonl.gz"))
        real(out, path, *words, **named)

    monkeypatch.setattr(ours, "add", add)
    backup.backup(bench, tmp_path / "b")
    assert f"runs/{RUN}/calls/http.jsonl.gz" in contents(tmp_path / "b")


def test_any_tar_can_list_and_unpack_it(bench, tmp_path):
    backup.backup(bench, tmp_path / "b")
    with tarfile.open(tmp_path / "b") as tar:
        assert tar.extractfile(f"runs/{RUN}/disk/workspace/submit.sh").read() == b"#!/bin/sh\n"
