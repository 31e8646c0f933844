"""make forget, with a real box, network and mounted disk."""

import subprocess
from ipaddress import IPv4Network

import pytest

from nab.actions.disks import run_disks
from nab.actions.runs import forget
from nab.core.facts import Cause, RunEnded, RunEnding, RunForgotten
from nab.core.text.names import done_name, network_name
from nab.core.upkeep.disks import Room
from nab.edges.docker import boxes, networks
from nab.edges.docker.agent_box import labels
from nab.edges.host import loop_disks
from support.engines.engines import engine_or_skip, image_or_skip
from support.records.logs import RUN, WHO, enrolled, intended
from support.repository.benches import bench_on


@pytest.fixture
def bench(tmp_path):
    engine_or_skip()
    bench = bench_on(tmp_path)
    yield bench
    for box in bench.find_boxes():
        boxes.remove(bench.engine, box.id)
    networks.remove(bench.engine, network_name(RUN))
    run_disks.detach_all(bench)


def test_its_box_its_network_and_its_mounts_are_gone_with_it(bench):
    paths = bench.run(RUN)
    ended = RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="done")
    for fact in (intended(), ended, enrolled()):
        bench.log.append(fact, entrant=WHO, run=RUN)
    if not loop_disks.why_not(bench.paths.root):
        loop_disks.make(paths.disk_image, Room(64 << 20, 1000))
        run_disks.attach(paths)
    about = labels(bench.paths.root, RUN, WHO, boxes.AGENT)
    networks.make(bench.engine, network_name(RUN), about, IPv4Network("10.213.0.0/16"))
    box = boxes.create(bench.engine, {
        "image": image_or_skip("nab/base"), "command": ["true"], "name": done_name(RUN), "labels": about,
        "network_mode": "none",
    })  # fmt: skip

    forget.forget(bench, RUN)

    assert boxes.inspect(bench.engine, box.id) is None
    assert bench.engine.networks.list(names=[network_name(RUN)]) == []
    assert not paths.root.exists()
    assert str(paths.root) not in subprocess.run(["mount"], capture_output=True, text=True, check=True).stdout
    assert isinstance(bench.log.events()[-1].fact, RunForgotten)
