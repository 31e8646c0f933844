"""make gc on the real engine: boxes, networks, images and workspaces of runs that are over, and of no others."""

import os
import subprocess
import uuid
from datetime import timedelta

import pytest

from nab.actions.upkeep.gc import collect as gc
from nab.core.facts import Dropped
from nab.core.text import names
from nab.core.upkeep.disks import Kept
from nab.core.upkeep.gc import ItemKind, Wish
from nab.edges import clock
from nab.edges.docker import boxes, image_builds, image_tags, networks
from nab.edges.docker.agent_box import labels
from nab.edges.files import locks
from nab.paths import CARE, SUBMIT, AgentFolder
from support.engines.disks import loop_or_skip
from support.engines.engines import engine_or_skip, image_or_skip
from support.records.logs import enrolled
from support.repository.benches import bench_on
from support.worlds.disk import DiskWorld

WRITES = "echo kept > /workspace/model; mkdir /tmp/mine; chmod 0 /tmp/mine; head -c 20M /dev/urandom > /home/agent/data"


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(
        image_builds, "superseded", lambda *_, **__: []
    )  # this machine's own images are not the test's
    made = DiskWorld(tmp_path)
    try:
        yield made
    finally:
        made.close()


def collect(world, **options):
    report = gc.collect(world.bench, Wish(), dry_run=options.get("dry_run", False), tell=lambda _: None)
    return {(item.kind, item.run) for item in report.items}


def ended(world, kept):
    run = world.run("codex", kept)
    box = world.box(run, WRITES)
    run = world.start(run, box)
    world.said(box)
    os.sync()  # what it takes of the disk is known from then on
    world.over(run)
    return run


@pytest.mark.parametrize("kept", list(Kept))
def test_the_workspace_and_the_box_of_a_run_that_is_over_go_and_its_record_stays(world, tmp_path, kept):
    if kept is Kept.FIXED:
        loop_or_skip(tmp_path)
    run = ended(world, kept)
    paths = world.bench.run(run.name)
    paths.history.mkdir()
    (paths.history / "HEAD").write_text("ref: refs/heads/workspace\n")
    before = gc.folder_sizes.whole(AgentFolder(world.bench.paths.root)).room.bytes

    assert (ItemKind.WORKSPACE, run.name) in collect(world, dry_run=True)
    assert (paths.workspace.own_path / "model").exists() and world.bench.agent_box(run.name)

    collect(world)
    assert world.bench.agent_box(run.name) is None
    left = {path.name for path in paths.root.iterdir()}
    assert left - {"locks"} == {"control", "workspace.git", "run.json"}
    assert before - gc.folder_sizes.whole(AgentFolder(world.bench.paths.root)).room.bytes > 20 << 20
    (fact,) = [event.fact for event in world.bench.log.events() if isinstance(event.fact, Dropped)]
    assert (fact.what, fact.bytes > 20 << 20) == ("workspace", True)
    assert collect(world) == set()


def test_a_box_that_submits_one_that_is_cared_for_and_one_of_another_state_folder_stay(world, tmp_path):
    serving, cared, other = (ended(world, Kept.WATCHED) for _ in range(3))
    world.bench.log.append(enrolled(), entrant=serving.entrant, run=serving.name)
    (tmp_path / "another").mkdir()
    elsewhere = bench_on(tmp_path / "another")
    foreign = boxes.create(world.bench.engine, {
        "image": image_or_skip("nab/base"), "command": ["true"], "network_mode": "none",
        "labels": labels(elsewhere.paths.root, other.name, other.entrant, boxes.AGENT),
    })  # fmt: skip
    try:
        with locks.held(world.bench.run(cared.name).lock(CARE), what="its care"):
            went = collect(world)

        assert {run for kind, run in went if kind is ItemKind.WORKSPACE} == {other.name}
        for run in (serving, cared):
            assert (
                world.bench.agent_box(run.name)
                and (world.bench.run(run.name).workspace.own_path / "model").exists()
            )
        assert elsewhere.agent_box(other.name).id == foreign.id
    finally:
        boxes.remove(world.bench.engine, foreign.id)


def test_networks_and_proxies_that_ended_runs_left_go_and_those_of_a_submission_stay(world):
    engine = world.bench.engine
    for number in range(2):
        run = world.run("baseline", Kept.WATCHED)
        world.over(run)
        world.bench.log.append(enrolled("baseline"), entrant=f"e{number}", run=run.name)
        mine = labels(world.bench.paths.root, run.name, run.entrant, boxes.PROXY)
        name = names.network_name(run.name)
        engine.networks.create(name, internal=True, labels=mine)
        boxes.create(engine, {
            "image": image_or_skip("nab/base"), "command": ["true"], "labels": mine, "network": name,
            "name": f"nab-proxy-{run.name}",
        })  # fmt: skip
    mine = {boxes.STATE: str(world.bench.paths.root)}
    first, second = sorted(one[boxes.RUN] for one in networks.labelled(engine, mine))

    with locks.held(world.bench.run(first).lock(SUBMIT), what="submit.sh"):
        assert collect(world) == {(ItemKind.LEFTOVER, second)}
    assert [one[boxes.RUN] for one in networks.labelled(engine, mine)] == [first]
    assert [box.run for box in world.bench.find_boxes(role=boxes.PROXY)] == [first]
    assert collect(world) == {(ItemKind.LEFTOVER, first)}
    assert networks.labelled(engine, mine) == [] and world.bench.find_boxes() == []


def test_a_superseded_image_goes_when_it_is_old_enough_and_no_box_is_made_of_it(tmp_path):
    engine, name = engine_or_skip(), f"nab/test-gc-{uuid.uuid4().hex[:8]}"
    label = f"nab.test.{uuid.uuid4().hex}"
    base = image_or_skip("nab/base")

    def build(content):
        (tmp_path / "Dockerfile").write_text(f"FROM {base}\nLABEL {label}={content}\n")
        subprocess.run(["docker", "build", "-q", "-t", name, str(tmp_path)], check=True, capture_output=True)
        return engine.images.get(name).id

    unused, used, newest = build("one"), build("two"), None
    box = engine.containers.create(used, ["true"])
    try:
        newest = build("three")
        tomorrow, yesterday = clock.now() + timedelta(days=1), clock.now() - timedelta(days=1)

        assert image_builds.superseded(engine, yesterday, label) == []
        (found,) = image_builds.superseded(engine, tomorrow, label)
        assert found.id == unused
        assert image_tags.remove(engine, used) is False
        assert image_tags.remove(engine, unused) is True
        assert image_builds.superseded(engine, tomorrow, label) == []
    finally:
        box.remove()
        for image in (used, newest):
            if image:
                engine.images.remove(image, force=True)
