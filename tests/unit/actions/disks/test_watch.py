"""A run's disk that fills: its agent is told once, it is on record, and only a watched box is ended for it."""

import msgspec
import pytest
from msgspec import structs

from nab.actions.disks import run_disks, watch
from nab.actions.disks.meter import Meter
from nab.actions.disks.watch import NOTE, DiskWatch
from nab.core.facts import Intervened
from nab.core.overview import live_words
from nab.core.recording.resources import Sample
from nab.core.runs.ending.run_end import OUT_OF_ROOM
from nab.core.runs.runs import Run, runs
from nab.core.upkeep.disks import Kept, Room
from nab.edges.files import files
from nab.paths import RunPaths
from support.engines.disks import loop_or_skip
from support.records.logs import RUN, WHO, intended
from support.repository.benches import bench_on

LIMIT = Room(64 << 20, 2000)


class World:
    """A run whose limits are kept in one of the two ways; what it uses is what its monitor wrote last."""

    def __init__(self, folder, kept):
        self.bench = bench_on(folder)
        fact = structs.replace(
            intended(), disk=kept.value, disk_bytes=LIMIT.bytes, disk_files=LIMIT.files, digests={}
        )
        self.bench.log.append(fact, entrant=WHO, run=RUN)
        self.paths: RunPaths = self.bench.run(RUN)
        self.intended = fact
        run_disks.make(self.paths, fact, ("/opt/venv",), outbox=True)
        self.watch = DiskWatch(self.bench, runs(self.bench.log.events())[RUN])

    def uses(self, share, unseen=None):
        sample = Sample(
            time="2026-05-16T12:00:00.000Z", cpu_seconds=1, processes=1,
            disk_bytes=int(LIMIT.bytes * share), disk_files=7, disk_unseen=unseen,
        )  # fmt: skip
        files.append_line(self.paths.resources, msgspec.json.encode(sample))

    @property
    def told(self):
        return [event.fact.text for event in self.bench.log.events() if isinstance(event.fact, Intervened)]


@pytest.fixture
def watched(tmp_path):
    return World(tmp_path, Kept.WATCHED)


def test_before_anybody_looked_nothing_is_said(watched):
    assert watched.watch.look() == "" and watched.told == []


def test_an_agent_is_told_once_when_its_disk_is_nearly_full_and_again_after_it_had_room(watched):
    for share, times in ((0.5, 0), (0.96, 1), (0.99, 1), (0.9, 1), (0.97, 1), (0.8, 1), (0.97, 2)):
        watched.uses(share)
        assert watched.watch.look() == ""
        assert len(watched.told) == times, share
        assert (watched.paths.control / NOTE).exists() == (share > 0.8 and times > 0)
    assert "This box is ended when they hold 10% more" in watched.told[0]


def test_whoever_looks_next_knows_that_it_is_told(watched):
    watched.uses(0.97)
    watched.watch.look()

    DiskWatch(watched.bench, watched.watch.run).look()
    assert len(watched.told) == 1


def test_a_watched_box_is_ended_well_beyond_its_limit_and_not_before(watched):
    watched.uses(1.09)
    assert watched.watch.look() == ""
    watched.uses(1.11)
    assert watched.watch.look() == OUT_OF_ROOM


def test_a_watched_box_whose_folders_cannot_be_looked_into_is_told_and_ended(watched):
    watched.uses(0.1, unseen=1)

    assert watched.watch.look() == OUT_OF_ROOM
    assert "cannot be looked into" in watched.told[0]


def test_a_run_of_an_older_log_has_no_limit(tmp_path):
    world = World(tmp_path, Kept.WATCHED)
    world.watch.run = Run(RUN, WHO, intended(), "")
    world.uses(5.0)

    assert world.watch.look() == ""


@pytest.mark.full
def test_the_kernel_keeps_a_fixed_limit_and_its_agent_is_told_what_is_refused(tmp_path):
    loop_or_skip(tmp_path)
    world = World(tmp_path, Kept.FIXED)
    try:
        assert world.watch.look() == "" and world.told == []
        with (
            pytest.raises(OSError, match="No space left"),
            (world.paths.workspace.own_path / "data").open("wb") as file,
        ):
            while True:
                file.write(bytes(1 << 20))

        assert world.watch.look() == ""
        assert "What does not fit is refused" in world.told[0]
        (world.paths.outbox.own_path / "work-1").mkdir()  # what is said of it has room of its own
        (world.paths.outbox.own_path / "work-1" / "stdout").write_bytes(bytes(1 << 20))
        assert Meter(world.paths).used().room.share_of(LIMIT) > 0.8
    finally:
        run_disks.detach(world.paths)


def test_the_meter_of_a_watched_disk_counts_all_that_the_agent_can_write(watched):
    before = Meter(watched.paths).used()
    for folder in (
        watched.paths.workspace.own_path,
        watched.paths.home.own_path,
        watched.paths.outbox.own_path,
        watched.paths.disk.own_path / "tmp",
    ):
        (folder / "file").write_bytes(b"x")

    meter = Meter(watched.paths)
    meter.go_on()
    assert meter.used().room.files == before.room.files + 4


def test_what_the_monitor_saw_last_is_what_make_status_shows(watched):
    assert watch.used(watched.bench, RUN) is None
    watched.uses(0.5)

    assert watch.used(watched.bench, RUN) == Room(LIMIT.bytes // 2, 7)


@pytest.mark.parametrize(("share", "words"), [(0.5, ""), (0.9, "57.6 MiB of 64.0 MiB, 7 of 2,000 files")])
def test_make_status_tells_of_a_disk_that_fills(watched, share, words):
    watched.uses(share)
    made_of = watched.intended

    said = live_words.room(Room(int(LIMIT.bytes * share), 7), Room(made_of.disk_bytes, made_of.disk_files))
    assert (words in said) and bool(said) == bool(words)


def test_the_folders_are_made_again_without_harm_and_lead_to_the_disk(watched):
    (watched.paths.workspace.own_path / "kept").write_bytes(b"x")
    run_disks.make(watched.paths, watched.intended, ("/opt/venv",), outbox=True)

    assert watched.paths.workspace.own_path.resolve() == (watched.paths.disk.own_path / "workspace").resolve()
    assert (watched.paths.disk.own_path / "workspace" / "kept").read_bytes() == b"x"
    assert (watched.paths.disk.own_path / "tmp").stat().st_mode & 0o7777 == 0o1777
    assert (watched.paths.disk.own_path / "opt-venv").is_dir()


def test_the_workspace_of_an_older_run_stays_the_folder_that_it_is(tmp_path):
    paths = bench_on(tmp_path).run(RUN)
    paths.workspace.own_path.mkdir(parents=True)
    run_disks.make(paths, structs.replace(intended(), disk="watched"), (), outbox=False)

    assert paths.workspace.own_path.is_dir() and not paths.workspace.own_path.is_symlink()


def test_a_disk_that_is_gone_is_our_trouble_and_never_an_empty_workspace(tmp_path):
    loop_or_skip(tmp_path)
    world = World(tmp_path, Kept.FIXED)
    run_disks.detach(world.paths)
    world.paths.disk_image.unlink()
    world.paths.outbox_image.unlink()

    assert "is gone" in run_disks.hindrance(world.paths)
    world.paths.workspace.own_path.unlink()
    assert run_disks.hindrance(world.paths) == ""
    assert run_disks.hindrance(world.bench.run("one-that-never-was")) == ""


def test_a_fixed_disk_that_came_back_as_folders_is_watched_and_stays_as_it_is(tmp_path):
    world = World(tmp_path, Kept.WATCHED)
    fixed = structs.replace(world.watch.run.intended, disk=Kept.FIXED.value)
    (world.paths.workspace.own_path / "submit.sh").write_text("mine")

    run_disks.make(world.paths, fixed, (), outbox=False)
    assert run_disks.kept(world.paths, fixed) is Kept.WATCHED
    assert not world.paths.disk_image.exists()
    assert (world.paths.workspace.own_path / "submit.sh").read_text() == "mine"
    assert run_disks.kept(world.paths, structs.replace(fixed, disk="of a newer version")) is None
