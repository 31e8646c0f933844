"""Real processes of this machine, and a /proc made of files for what no real one shows on demand."""

import os
import subprocess
import time

import pytest

from nab.core.text import times
from nab.edges import clock
from nab.edges.kernel import processes
from nab.edges.kernel.cgroup_folders import Group

STAT = "{pid} (a) b (c) {state} 7 5 6 0 -1 0 0 0 0 0 150 50 25 75 20 0 1 0 {start} 0 3 0\n"


@pytest.fixture
def made(tmp_path):
    """A cgroup of two processes in a /proc of files."""
    for pid in (40, 41):
        folder = tmp_path / "proc" / str(pid)
        folder.mkdir(parents=True)
        (folder / "stat").write_text(STAT.format(pid=pid, state="S", start=1000))
        (folder / "status").write_text(f"Name:\ta\nNSpid:\t{pid}\t{pid - 39}\n")
        (folder / "cmdline").write_bytes(b"python\0trade.py\0\x1b[2J\n\0")
        (folder / "environ").write_bytes(b"A=NAB_SESSION=work-9\0NAB_SESSION=work-1\0")
    (tmp_path / "pids").mkdir()
    (tmp_path / "pids" / "cgroup.procs").write_text("41\n40\n0\n")
    return tmp_path


def group(folder, controller="pids"):
    return Group({controller: folder / "pids"}, frozenset(), pid=40, proc=folder / "proc")


@pytest.mark.parametrize("controller", ["pids", ""], ids=["v1", "v2"])
def test_a_census_tells_what_proc_says(made, controller):
    taken = processes.census(group(made, controller))

    first, second = taken.processes
    assert (taken.first, first.pid, second.pid) == (40, 40, 41)
    assert (first.parent, first.group, first.leader, first.inside, first.state) == (7, 5, 6, 1, "S")
    assert (first.cpu_seconds, first.resident_bytes) == (300 / processes.TICKS, 3 * processes.PAGE)
    assert first.own_cpu_seconds == 200 / processes.TICKS
    assert first.argv == "python trade.py '\\x1b[2J\\x0a'"
    assert first.marker == "work-1"
    assert first.key == "40-1000"


def test_a_process_that_goes_away_while_it_is_read_is_left_out(made):
    (made / "proc/41/stat").unlink()
    for name in ("status", "cmdline", "environ"):
        (made / "proc/40" / name).unlink()

    (only,) = processes.census(group(made)).processes

    assert (only.pid, only.inside, only.argv, only.marker) == (40, 0, "'[a) b (c]'", "")


@pytest.mark.parametrize(
    ("stat", "ending"),
    [
        ("40 (a) b) S 7 5 6 0 -1 4194560 0", False),
        ("40 (a) b) R 7 5 6 0 -1 4194564 0", True),
        ("40 (a) b) Z 7 5 6 0 -1 0 0", True),
        ("", True),
    ],
    ids=["it goes on", "it takes its children along", "it waits to be reaped", "it is gone"],
)
def test_a_process_that_has_begun_to_end_is_ending(made, stat, ending):
    (made / "proc/40/stat").write_text(stat)

    assert processes.is_ending(40, str(made / "proc")) is ending


def test_a_zombie_keeps_the_name_it_had(made):
    before = {one.pid: one for one in processes.census(group(made)).processes}
    (made / "proc/40/stat").write_text(STAT.format(pid=40, state="Z", start=1000))
    (made / "proc/40/cmdline").write_bytes(b"")

    zombie = processes.census(group(made), before).processes[0]

    assert (zombie.lives, zombie.argv) == (False, before[40].argv)


def test_the_first_session_that_was_seen_stays_unless_the_pid_is_another_processs(made):
    before = {one.pid: one for one in processes.census(group(made)).processes}
    for pid, start in ((40, 1000), (41, 2000)):
        (made / f"proc/{pid}/environ").write_bytes(b"NAB_SESSION=work-2\0")
        (made / f"proc/{pid}/stat").write_text(STAT.format(pid=pid, state="S", start=start))

    same, other = processes.census(group(made), before).processes

    assert (same.marker, same.began) == ("work-1", before[40].began)
    assert (other.marker, other.key) == ("work-2", "41-2000")


@pytest.mark.parametrize(
    "said", [b"NAB_SESSION=../x\0", b"NAB_SESSION=\0", b"XNAB_SESSION=work-1\0", b"\xff\0"]
)
def test_a_session_that_is_none_is_not_believed(made, said):
    (made / "proc/40/environ").write_bytes(said)

    assert processes.census(group(made)).processes[0].marker == ""


def test_beyond_the_most_processes_those_that_were_known_are_read_and_the_rest_is_counted(made):
    before = {one.pid: one for one in processes.census(group(made)).processes if one.pid == 41}

    taken = processes.census(group(made), before, most=1)

    assert [one.pid for one in taken.processes] == [41]
    assert taken.left_out == 1


def test_of_a_box_that_is_gone_nothing_is_there(tmp_path):
    assert processes.census(group(tmp_path)).processes == ()


def test_a_real_process_began_when_it_did_and_is_where_it_is(tmp_path):
    began = clock.now()
    child = subprocess.Popen(["sleep", "60"], cwd=tmp_path, env={**os.environ, "NAB_SESSION": "work-3"})
    try:
        time.sleep(0.1)
        folder = tmp_path / "pids"
        folder.mkdir()
        (folder / "cgroup.procs").write_text(f"{child.pid}\n")
        found = Group({"": folder}, frozenset(), pid=child.pid)
        (only,) = processes.census(found).processes
    finally:
        child.kill()
        child.wait()

    assert (only.argv, only.folder, only.marker) == ("sleep 60", str(tmp_path), "work-3")
    assert only.parent == os.getpid()
    assert abs((times.parse(only.began) - began).total_seconds()) < 1
    assert processes.census(found).processes == ()
