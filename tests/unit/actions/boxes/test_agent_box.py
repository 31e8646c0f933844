"""The folders of an agent: made and furnished once, and never through what it left in them."""

import os
import shutil

import pytest
from msgspec import structs

from nab import prompts
from nab.actions.boxes import agent_box, images
from nab.core.errors import NabError
from nab.core.facts import RunCreated
from nab.core.runs.runs import runs
from nab.core.upkeep.disks import Kept
from nab.edges.docker.boxes import Box
from nab.edges.docker.image_builds import ImageDigest
from support.records.logs import RUN, WHO, intended
from support.repository.benches import bench_on

CONFIG = ".codex/config.toml"


class World:
    """A run of a coding agent whose disk is only watched."""

    def __init__(self, folder):
        self.bench = bench_on(folder)
        fact = structs.replace(
            intended(), disk=Kept.WATCHED.value, disk_bytes=1 << 30, disk_files=9000, digests={}
        )
        self.bench.log.append(fact, entrant=WHO, run=RUN)
        self.paths = self.bench.run(RUN)
        self.home = self.paths.root / "home"

    def make_folders(self):
        agent_box.make_folders(self.bench, runs(self.bench.log.events())[RUN])

    def box_was_made(self):
        self.bench.log.append(RunCreated(container="box"), entrant=WHO, run=RUN)

    @property
    def events(self):
        (segment,) = self.bench.paths.events.glob("*.jsonl")
        return segment


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    made.make_folders()
    return made


def test_a_home_begins_as_its_image_has_it_and_is_the_agents(world):
    assert (world.home / CONFIG).is_file()
    if os.geteuid() == 0:
        owners = {path.lstat().st_uid for path in world.home.resolve().rglob("*")}
        assert owners == {images.USUAL_USER}


def test_a_run_whose_box_was_removed_is_made_again_with_its_home_as_the_agent_left_it(world):
    """The agent put a link to the event log in the place of a file that its home began with."""
    world.box_was_made()
    before = world.events.read_bytes()
    (world.home / CONFIG).unlink()
    (world.home / CONFIG).symlink_to(os.path.relpath(world.events, (world.home / ".codex").resolve()))
    assert (world.home / CONFIG).read_bytes() == before

    world.make_folders()
    assert world.events.read_bytes() == before
    assert (world.home / CONFIG).is_symlink()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_before_a_box_was_made_too_nothing_is_written_through_a_link(world, what, tmp_path):
    before = world.events.read_bytes()
    (tmp_path / "outside").mkdir()
    if what == "file":
        (world.home / CONFIG).unlink()
        (world.home / CONFIG).symlink_to(world.events)
        world.make_folders()
    else:
        shutil.rmtree(world.home / ".codex")
        (world.home / ".codex").symlink_to(tmp_path / "outside")
        with pytest.raises(NabError, match="cannot be made"):
            world.make_folders()

    assert world.events.read_bytes() == before
    assert list((tmp_path / "outside").iterdir()) == []


def test_what_an_agent_was_asked_stays_so_to_the_end_of_its_run(world, monkeypatch):
    """Its box is made again by a newer version of us, that words the objective otherwise."""
    run = runs(world.bench.log.events())[RUN]
    world.paths.control.mkdir()
    agent_box.write_once(world.paths.control / agent_box.OBJECTIVE, agent_box.sentence(world.bench, run))
    before = agent_box.sentence(world.bench, run)
    monkeypatch.setattr(prompts, "objective", lambda metric, model: "Win.")

    agent_box.write_once(world.paths.control / agent_box.OBJECTIVE, "Win.")

    assert agent_box.sentence(world.bench, run) == before
    assert "the model nab_codex" in before


def test_owners_of_what_links_lead_to_stay(world):
    world.box_was_made()
    (world.home / "log").symlink_to(world.events)
    owner = world.events.stat().st_uid

    world.make_folders()
    assert world.events.stat().st_uid == owner


class Elsewhere:
    """An engine on which the images are others than where the run began."""

    def __init__(self, monkeypatch, world, *present):
        named = {"nab/agent-codex": "sha256:here"}
        monkeypatch.setattr(type(world.bench), "engine", None)
        monkeypatch.setattr(
            agent_box.image_builds, "image_id", lambda _, name: name if name in present else None
        )
        monkeypatch.setattr(
            agent_box.image_builds, "image_digest", lambda _, name: ImageDigest(name, named[name], ())
        )
        self.run = runs(world.bench.log.events())[RUN]


def test_a_box_is_made_of_its_runs_image_or_of_its_agents_where_that_is_not_here(world, monkeypatch):
    here, there = (
        agent_box.image(world.bench, Elsewhere(monkeypatch, world, *images_there).run)
        for images_there in (("sha256:1",), ())
    )

    assert (here, there) == ("sha256:1", "sha256:here")


@pytest.mark.parametrize(
    ("present", "noted"), [(("sha256:1",), ""), ((), "sha256:here")], ids=["its own", "other"]
)
def test_it_is_on_record_where_it_is_another_image(world, monkeypatch, present, noted):
    box = Box("b2", "nab-done", "created", {}, None, "", "", 0)
    agent_box.note(world.bench, Elsewhere(monkeypatch, world, *present).run, box, "made")

    fact = world.bench.log.events()[-1].fact
    assert fact == RunCreated(container="b2", image=noted)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_box_that_is_made_again_finds_its_folders_its_users_own_whatever_number_they_came_with(
    world, monkeypatch
):
    world.box_was_made()
    for path in (
        world.home.resolve(),
        *world.home.resolve().rglob("*"),
        (world.paths.root / "workspace").resolve(),
    ):
        os.lchown(path, 4321, 4321)
    monkeypatch.setattr(agent_box, "image", lambda *_: "sha256:here")
    monkeypatch.setattr(type(world.bench), "engine", None)
    monkeypatch.setattr(images, "user_of", lambda *_: 1000)

    world.make_folders()

    assert {path.lstat().st_uid for path in world.home.resolve().rglob("*")} == {1000}
    assert (world.paths.root / "workspace").stat().st_uid == 1000
