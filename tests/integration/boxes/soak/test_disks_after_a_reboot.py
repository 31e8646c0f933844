"""After a reboot nothing is mounted: whoever needs a run's disk mounts it, and a disk that fails is our doing."""

import pytest

from nab.actions.disks import run_disks
from nab.core.facts import AttemptEnded, Tick
from nab.core.windows.duties import Reason
from support.engines.disks import loop_or_skip

SUPERBLOCK = 64 << 10


def decision(world):
    said = world.script("watch_window.py")
    assert said.returncode == 0, said.stderr
    ticks = [event.fact for event in world.bench.log.events() if isinstance(event.fact, Tick)]
    return ticks[-1].decisions["random-l3"]


@pytest.mark.pace("--rounds-every", "30", "--window", "27")
def test_a_damaged_disk_is_an_alert_that_blames_nobody_else_and_a_sound_one_is_mounted_and_submits(
    world, tmp_path
):
    loop_or_skip(tmp_path)
    assert world.script("launch.py", "--agent", "random", "--level", "L3").returncode == 0
    (enrolment,) = world.bench.standings().enrolments.values()
    paths = world.bench.run(enrolment.run)
    assert paths.disk.own_path.is_mount()
    run_disks.detach_all(world.bench)
    with paths.disk_image.open("r+b") as image:
        sound = image.read(SUPERBLOCK)
        image.seek(0)
        image.write(bytes(SUPERBLOCK))

    world.wait(lambda: decision(world)[0] == "alert", 60)
    assert decision(world)[1] == Reason.NO_ROOM
    assert not [event for event in world.bench.log.events() if isinstance(event.fact, AttemptEnded)]

    with paths.disk_image.open("r+b") as image:
        image.write(sound)
    world.wait(lambda: decision(world)[0] == "fire", 60)
    (ended,) = [event.fact for event in world.bench.log.events() if isinstance(event.fact, AttemptEnded)]
    assert ended.exit_code == 0 and paths.disk.own_path.is_mount()
