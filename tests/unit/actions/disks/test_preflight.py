"""Before anything is started there must be room: otherwise a sentence, exit code 2, and nothing written."""

from pathlib import Path

import pytest
from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.disks import preflight
from nab.actions.reports import status
from nab.actions.runs import launch
from nab.core.errors import NabError
from nab.core.text.names import Choice
from nab.core.text.tables import plain
from nab.core.upkeep.disks import GIB, Disk
from nab.edges.docker import engine
from nab.edges.host import machine
from support.repository.benches import bench_on, config_on

SETTINGS = '[recording]\nmin_free_gib = {}\n[[entrants]]\nagent = "random"\nlevel = "L3"\nmodel = "m"\n'


@pytest.fixture(autouse=True)
def no_engine(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")


@pytest.fixture
def crammed(tmp_path):
    """A disk on which less is free than nab.toml asks for."""
    return config_on(tmp_path, SETTINGS.format(10**9))


@pytest.mark.parametrize("attempt", [launch.launch, launch.checked], ids=["launch", "dry run"])
def test_a_launch_is_refused_before_anything_is_written(crammed, attempt):
    with pytest.raises(NabError, match=r"free for the state .*, at least") as raised:
        attempt(crammed, Choice("random", "L3"))

    assert raised.value.exit_code == 2
    assert "make gc" in raised.value.hint
    assert not crammed.paths.events.exists()


def test_with_enough_room_a_launch_gets_further(tmp_path):
    with pytest.raises(NabError, match=r"tournament|Numerai"):
        launch.launch(config_on(tmp_path, SETTINGS.format(0)), Choice("random", "L3"))


def test_a_firing_needs_a_tenth_of_it(tmp_path, monkeypatch):
    bench = bench_on(tmp_path, SETTINGS.format(5))
    for free, launches, fires in (
        (4.9, False, True),
        (0.51, False, True),
        (0.49, False, False),
        (5, True, True),
    ):
        disk = Disk("state", "/s", int(free * GIB), None)
        monkeypatch.setattr(machine, "disk", lambda what, folder, disk=disk: disk)

        assert (preflight.low(bench) == "", preflight.low_to_fire(bench) == "") == (launches, fires)


def test_the_engines_disk_is_looked_at_where_it_is_another(tmp_path, monkeypatch):
    bench = bench_on(tmp_path)
    monkeypatch.setattr(engine, "data_root", lambda: tmp_path)
    assert [disk.what for disk in preflight.look(bench)] == ["state"]

    monkeypatch.setattr(engine, "data_root", lambda: Path("/proc"))
    assert [disk.what for disk in preflight.look(bench)] == ["state", "engine"]


def test_make_status_is_loud_about_a_disk_that_fills(crammed):
    bench = Bench(crammed, "status")
    said = plain(status.show(status.status(bench)))

    assert "<-- low: make gc" in said.splitlines()[-1]
    assert "<-- low" not in plain(status.show(structs.replace(status.status(bench), low="")))
