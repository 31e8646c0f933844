import os

from nab.edges import clock
from nab.edges.files import temporaries

BEYOND_EVERY_PID = 2**22 + 1


def test_the_files_of_dead_writers_are_found_wherever_they_are_and_nothing_else(tmp_path):
    boot = clock.boot_id()
    deeper, agents = tmp_path / "runs" / "r", tmp_path / "runs" / "r" / "workspace"
    agents.mkdir(parents=True)
    dead = {
        tmp_path / f".a.json.{BEYOND_EVERY_PID}.{boot}.tmp",
        deeper / f".a.json.{os.getpid()}.00000000.tmp",
    }
    others = {
        tmp_path / f".a.json.{os.getpid()}.{boot}.tmp",
        tmp_path / ".a.json.tmp",
        deeper / "a.json",
        deeper / f"a.{BEYOND_EVERY_PID}.{boot}.tmp",
        agents / f".a.json.{BEYOND_EVERY_PID}.{boot}.tmp",
    }
    for path in dead | others:
        path.write_bytes(b"12345")

    assert set(temporaries.dead(tmp_path, but=["workspace"])) == dead
    assert temporaries.sweep(temporaries.dead(tmp_path, but=["workspace"])) == 10
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == others


def test_a_link_to_a_folder_is_not_followed(tmp_path):
    elsewhere, state = tmp_path / "elsewhere", tmp_path / "state"
    elsewhere.mkdir()
    state.mkdir()
    (elsewhere / f".a.{BEYOND_EVERY_PID}.00000000.tmp").touch()
    (state / "link").symlink_to(elsewhere)

    assert list(temporaries.dead(state)) == []
