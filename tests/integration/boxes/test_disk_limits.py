"""Boxes that write without end: they stop at their limit, and the machine does not notice."""

import pytest

from nab.actions.disks import run_disks, watch
from nab.actions.runs import attend, sidecars
from nab.core.facts import Cause, Intervened, RunEnding
from nab.core.upkeep.disks import Kept
from nab.edges.docker import boxes
from nab.edges.files import compressed
from nab.edges.host import loop_disks
from support.engines.disks import loop_or_skip
from support.worlds.disk import BYTES, FILES, DiskWorld

PLACES = "/workspace /home/agent /tmp /var/tmp /opt/venv"
FLOOD = f'for place in {PLACES}; do dd if=/dev/urandom of=$place/flood bs=1M count=200 2>&1 | grep -c "No space"; done'
CROWD = "cd /tmp; for i in $(seq 9000); do : 2>/dev/null > $i || break; done; ls | wc -l; touch ~/more 2>&1"
PROBE = """
cut -d' ' -f2 /proc/mounts | sort -u | while read place; do
  [ -d "$place" ] && touch "$place/probe" 2>/dev/null && echo "$place"
done
find / -xdev -writable ! -type l 2>/dev/null
true
"""
KERNELS = {"/dev/shm", "/dev/mqueue"}  # memory that is the box's own, and bounded


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("disks")
    made = DiskWorld(folder)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def fixed(world, tmp_path):
    loop_or_skip(tmp_path)
    return world


def layer_bytes(world, run):
    """Return what a box has written in its own layer."""
    (told,) = world.bench.engine.api.containers(all=True, size=True, filters={"id": run.container})
    return told.get("SizeRw") or 0


def test_what_fills_every_place_that_it_can_write_stops_at_the_limit_of_all_of_them(fixed):
    run, said = fixed.does(FLOOD)
    paths = fixed.bench.run(run.name)

    assert said.split() == ["1"] * 5, said  # each place was full, the first of them and those after it
    used, whole = loop_disks.room(paths.disk)
    assert 0.9 * BYTES < used.bytes <= whole.bytes < BYTES
    assert paths.disk_image.stat().st_blocks * 512 <= BYTES
    assert layer_bytes(fixed, run) < 1 << 20
    (paths.outbox.own_path / "said").write_text("there is room for what is said of it")


def test_what_makes_files_without_end_stops_at_their_number(fixed):
    run, said = fixed.does(CROWD)
    made, refused = said.split("\n", 1)

    assert 0.5 * FILES < int(made) < 1.2 * FILES
    assert "No space left on device" in refused
    assert (fixed.bench.run(run.name).outbox.own_path / "said").write_text("there is room") > 0


@pytest.mark.parametrize("agent", ["codex", "baseline"])
def test_there_is_no_other_place_to_write(fixed, agent):
    _, said = fixed.does(PROBE, agent)

    own = {"/workspace", "/home/agent", "/tmp", "/var/tmp"}
    own |= {"/opt/venv", "/run/nab-out"} if agent == "codex" else set()
    assert set(said.split()) - KERNELS == own


def test_what_the_image_has_in_a_place_of_its_own_is_there(fixed):
    _, said = fixed.does("/opt/venv/bin/pip --version; touch /opt/venv/lib/mine && echo mine; ls -ld /tmp")

    assert "from /opt/venv/lib" in said and "mine" in said
    assert "drwxrwxrwt" in said


def test_a_box_without_its_disk_does_not_start_and_with_it_goes_on_where_it_was(fixed):
    run = fixed.run()
    box = fixed.box(run, "echo once >> /workspace/times; wc -l < /workspace/times")
    fixed.start(run, box)
    assert fixed.said(box).split() == ["1"]
    paths = fixed.bench.run(run.name)

    run_disks.detach(paths)  # as after a reboot
    assert not (paths.workspace.own_path / "times").exists()
    with pytest.raises(boxes.Refused):
        boxes.start(fixed.bench.engine, box.id)
    assert list(paths.disk.own_path.iterdir()) == []

    run_disks.attach(paths)
    boxes.start(fixed.bench.engine, box.id)
    assert fixed.said(box).split() == ["1", "2"]


def test_where_it_can_only_be_watched_the_box_that_goes_on_is_told_and_then_ended(world, monkeypatch):
    monkeypatch.setattr(attend, "WITNESS_SECONDS", 0.5)
    monkeypatch.setattr(sidecars.Witnesses, "look_at_proxy", lambda _: None)  # it has no way out to lose
    run = world.run("baseline", Kept.WATCHED)
    box = world.box(run, "while :; do head -c 2M /dev/urandom >> /tmp/flood; sleep 0.1; done")
    world.start(run, box)

    ended = attend.follow(world.bench, run.name, show=False).ended

    assert (ended.ending, ended.cause) == (RunEnding.FAILED, Cause.AGENT)
    assert ended.reason == "it wrote more than its folders may hold"
    assert not boxes.inspect(world.bench.engine, box.id).running
    told = [one.fact.text for one in world.bench.log.events() if isinstance(one.fact, Intervened)]
    assert "This box is ended when they hold 10% more than that" in told[-1]
    paths = world.bench.run(run.name)
    assert not paths.disk.own_path.is_mount() and compressed.there(paths.output)
    used = watch.used(world.bench, run.name)
    assert BYTES < used.bytes < 4 * BYTES
