"""A backup comes back where nothing is, whole or not at all."""

import os
import shutil

import pytest

from nab.actions.upkeep.backup import backup, restore
from nab.core.errors import NabError
from nab.core.facts import RunStarting
from nab.edges.host import loop_disks
from support.repository.benches import bench_on
from support.worlds.backups import RUN, git, state_on

pytestmark = pytest.mark.full  # a state is made, read and written for each


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(loop_disks, "why_not", lambda _: "not here")
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    bench = state_on(tmp_path / "old")
    git("--git-dir", str(bench.run(RUN).history), "symbolic-ref", "HEAD", "refs/heads/other")
    backup.backup(bench, tmp_path / "b.tar.gz")
    return tmp_path / "b.tar.gz"


@pytest.fixture
def empty(tmp_path, file, monkeypatch):
    made = bench_on(tmp_path / "new")
    monkeypatch.setattr(type(made), "find_boxes", lambda *_: [])
    return made


def names(bench):
    return {str(path.relative_to(bench.paths.root)) for path in bench.paths.root.rglob("*")}


def test_the_state_is_there_again_and_goes_on(file, empty, tmp_path):
    said = restore.restore(empty, file)

    assert "log: 2 events" in said and "the log up to event 2, 1 run" in said
    assert "keys are not in a backup" in said and "differ" not in said
    new, old = (bench_on(tmp_path / one).run(RUN).root for one in ("new", "old"))
    for name in ("workspace/submit.sh", "home/.codex/sessions/rollout.jsonl", "control/objective.md"):
        assert (new / name).read_bytes() == (old / name).read_bytes()
        assert (new / name).stat().st_mode == (old / name).stat().st_mode
        assert int((new / name).stat().st_mtime) == int((old / name).stat().st_mtime)
    assert (new / "workspace").readlink() == (old / "workspace").readlink()
    assert "refs/heads/other" in git("--git-dir", str(new / "workspace.git"), "symbolic-ref", "HEAD")
    assert not (new / "home/.codex/auth.json").exists()
    assert not (empty.paths.root / restore.SCRATCH).exists()
    again = bench_on(tmp_path / "new")
    assert again.log.append(RunStarting(), entrant="codex-l3", run=RUN).seq == 3


def test_settings_that_differ_are_told_and_kept_beside(file, tmp_path):
    (tmp_path / "third").mkdir()
    other = bench_on(tmp_path / "third", "[limits]\ncpus = 1\n")
    said = restore.restore(other, file)

    assert f"its settings differ from {other.config.file}" in said
    assert (other.paths.root / "nab.toml").read_bytes() != other.config.file.read_bytes()


@pytest.mark.parametrize("what", ["events", "runs"])
def test_a_state_that_holds_something_is_left_alone(file, empty, what):
    (empty.paths.root / what / "mine").mkdir(parents=True)
    with pytest.raises(NabError, match="holds a state already"):
        restore.restore(empty, file)
    assert names(empty) - {"locks", "locks/restore"} == {what, f"{what}/mine"}


def test_boxes_of_an_earlier_state_in_this_place_are_told_of(file, empty, monkeypatch):
    monkeypatch.setattr(type(empty), "find_boxes", lambda *_: ["a box"])
    with pytest.raises(NabError, match="the engine has 1 box of an earlier state") as raised:
        restore.restore(empty, file)
    assert "docker rm -f" in raised.value.hint


@pytest.mark.parametrize("share", [0.0, 0.4, 0.99])
def test_a_cut_backup_writes_nothing(file, empty, share):
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(NabError, match=r"cut or damaged|no backup of ours"):
        restore.restore(empty, file)
    assert names(empty) <= {"locks", "locks/restore"}


@pytest.mark.parametrize("content", [b"", b"text", b"\x1f\x8b\x08"])
def test_what_is_no_backup_is_refused_in_a_sentence(file, empty, content):
    file.write_bytes(content)
    with pytest.raises(NabError, match="no backup of ours") as raised:
        restore.restore(empty, file)
    assert raised.value.exit_code == 2


def test_a_file_that_is_not_there_is_told(empty, tmp_path):
    with pytest.raises(NabError, match="no file"):
        restore.restore(empty, tmp_path / "none")
    with pytest.raises(NabError, match="no FILE given"):
        restore.restore(empty, tmp_path.__class__(""))


def test_too_little_room_is_said_before_anything_is_written(file, empty, monkeypatch):
    monkeypatch.setattr(restore, "BLOCK", 1 << 55)
    with pytest.raises(NabError, match="are needed"):
        restore.restore(empty, file)
    assert names(empty) <= {"locks", "locks/restore"}


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_whoever_stops_it_leaves_nothing(file, empty, monkeypatch, stop):
    def stopped(*_):
        raise stop

    monkeypatch.setattr(restore.Target, "filled", stopped)
    with pytest.raises(BaseException, match=r"|No space"):
        restore.restore(empty, file)
    assert names(empty) <= {"locks", "locks/restore"}


def test_whoever_was_killed_before_the_end_is_no_hindrance(file, empty):
    (empty.paths.root / restore.SCRATCH / "runs/half").mkdir(parents=True)
    assert "log: 2 events" in restore.restore(empty, file)
    assert names(empty) >= {"events", "runs"} and "runs/half" not in names(empty)


def test_whoever_was_killed_while_all_took_its_place_has_it_done_by_the_next(file, empty, monkeypatch):
    real, renamed = os.rename, []

    def rename(self, target):
        if self.parent.name == restore.SCRATCH and renamed:
            raise KeyboardInterrupt
        renamed.append(target)
        real(self, target)

    with monkeypatch.context() as killed:
        killed.setattr(type(file), "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            restore.restore(empty, file)
    assert (empty.paths.root / "runs").exists() and not (empty.paths.root / "events").exists()
    (empty.paths.root / "events/mine").mkdir(parents=True)
    with pytest.raises(NabError, match="events is in the way"):
        restore.restore(empty, file)
    shutil.rmtree(empty.paths.root / "events")

    assert "log: 2 events" in restore.restore(empty, file)


def test_a_backup_made_by_hand_with_a_damaged_log_is_refused(file, empty, monkeypatch, tmp_path):
    old = bench_on(tmp_path / "old")
    (segment,) = old.paths.events.glob("*.jsonl")
    damaged = segment.read_bytes().replace(b"codex", b"coder", 1)
    monkeypatch.setattr(backup.ours, "log_sizes", lambda _: ({segment: len(damaged)}, 2))
    segment.write_bytes(damaged)
    shutil.rmtree(old.paths.runs)
    backup.backup(old, tmp_path / "c")

    with pytest.raises(NabError, match="is damaged"):
        restore.restore(empty, tmp_path / "c")
    assert names(empty) <= {"locks", "locks/restore"}
