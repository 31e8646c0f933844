"""What outlives its session is found in real boxes, whatever it does not to be found; and the census bears it."""

import os
import signal
import subprocess
import time

import pytest

from nab.actions.recording.processes import leftovers, state
from nab.core.runs.runs import runs
from nab.edges.docker import boxes
from support.worlds.boxes_of_processes import RUN, ProcessBox, until


@pytest.fixture
def box(tmp_path):
    made = ProcessBox(tmp_path)
    yield made
    made.close()


def told_of(box, words):
    return [
        line for line in box.lines("appeared") if words in line["argv"] and line.get("session") == "work-1"
    ]


def only(found):
    (one,) = found
    return one


def test_what_a_session_leaves_is_told_and_listed_in_the_next_session_until_it_ends(box):
    box.session("work-1", "setsid nohup sleep 600 >/dev/null 2>&1 & sleep 1")
    left = only(box.wait(box.seen))

    assert (left.argv, left.session) == ("sleep 600", "work-1")
    assert box.inside("cat", f"/proc/{left.pid}/cmdline") == "sleep\x00600\x00"
    box.begin("work-2", until("told"))
    box.wait(lambda: "work-2" in [line.get("session") for line in box.lines("appeared")])
    assert [one.argv for one in leftovers.seen(box.paths)] == ["sleep 600"]
    box.tell("told")
    box.ends("work-2")
    box.inside("kill", str(left.pid))
    assert only(box.wait(box.gone)).identity == left.identity
    assert len(box.seen()) == 1


@pytest.mark.parametrize(
    "script",
    [
        "nohup sleep 601 >/dev/null 2>&1 & disown;",
        "(setsid sh -c 'sleep 601 & exit' &) ;",
        "setsid env -i /bin/sleep 601 &",
        "NAB_SESSION=work-77 setsid sleep 601 &",
        "(env -u NAB_SESSION setsid sh -c 'sleep 601 & exit' &);",
    ],
    ids=["nohup", "double fork", "no environment", "another session's name", "double fork, no name"],
)
def test_a_process_is_its_sessions_whatever_it_does(box, script):
    box.session_until("work-1", script, lambda: told_of(box, "sleep 601"))

    assert (only(box.wait(box.seen)).argv, box.seen()[0].session) == (
        "/bin/sleep 601" if "/bin" in script else "sleep 601",
        "work-1",
    )


def test_a_process_that_calls_itself_something_else_stays_the_same_one(box):
    named = f"setsid bash -c '{until('named')}; exec -a [kworker/0:1] sleep 600' &"
    box.session_until("work-1", named, lambda: told_of(box, "bash -c"))
    left = only(box.wait(box.seen))
    box.tell("named")
    # Where the machine is slow, setsid is seen before it becomes bash, which is a new name, too.
    renamed = only(
        box.wait(lambda: [one for one in box.lines("renamed") if one["argv"].startswith("'[kworker")])
    )

    assert left.argv.startswith("bash -c")
    assert (renamed["argv"], renamed["session"]) == ("'[kworker/0:1]' 600", "work-1")
    assert left.identity.endswith(renamed["id"])
    assert box.gone() == []


def test_a_name_with_control_characters_is_one_harmless_line(box):
    box.session("work-1", "setsid bash -c $'exec -a \"\\e[2Jx\\ny\" sleep 600' & sleep 1")

    argv = only(box.wait(box.seen)).argv
    assert argv.isprintable()
    assert "\\x1b" in argv


def test_what_somebody_outside_starts_in_the_box_is_not_the_agents(box):
    outside = subprocess.Popen(["docker", "exec", box.box.id, "sh", "-c", "sleep 605; true"])
    box.session("work-1", "sleep 2")
    seen = box.wait(lambda: [one for one in box.lines("appeared") if one["argv"] == "sleep 605"])
    time.sleep(3)

    assert "session" not in seen[0]
    assert box.seen() == []
    outside.kill()
    outside.wait()


def test_a_process_that_begins_others_all_the_time_is_told_of_once(box):
    box.session("work-1", "setsid bash -c 'while true; do sleep 0.7; done' & sleep 1")
    box.wait(box.seen)
    time.sleep(5)

    assert len(box.seen()) == 1


def ticks(box, pid):
    """Return what a process has used of the CPU; some kernels count a program's own work as the system's."""
    return sum(map(int, box.inside("cat", f"/proc/{pid}/stat").rpartition(")")[2].split()[11:13]))


def test_who_used_the_cpu_is_told_also_where_the_box_ends_before_the_minute_does(box):
    box.begin("work-1", "setsid bash -c 'while true; do :; done' & sleep 600")
    busy = only(
        box.wait(lambda: [one for one in box.lines("appeared") if one["argv"].startswith("bash -c 'wh")])
    )
    known = ticks(box, busy["inside"])  # a census that waits for the processor knows it late
    box.wait(lambda: ticks(box, busy["inside"]) > known + 200)
    box.inside("sh", "-c", "sleep 602 & sleep 2")  # who has seen this has looked since
    box.wait(lambda: [one for one in box.lines("appeared") if "602" in one["argv"]])
    boxes.stop(box.bench.engine, box.box.id, 0)
    told = box.wait(lambda: box.lines("used"))

    assert [(one["id"], one["session"]) for one in told] == [(busy["id"], "work-1")]
    assert told[0]["own_cpu_seconds"] > 0.6


def test_a_swarm_at_its_limit_is_borne(box):
    box.census.send_signal(signal.SIGSTOP)  # so that it sees them all in one look, however slow the machine
    swarm = "setsid bash -c 'for i in {1..250}; do sleep 600 & done; wait' &"
    box.begin(
        "work-1", f"{swarm} until [ $(ls -d /proc/[0-9]* | wc -l) -gt 252 ]; do sleep 0.1; done; sleep 3"
    )
    box.wait(lambda: int(box.inside("sh", "-c", "ls -d /proc/[0-9]* | wc -l")) > 252)
    box.census.send_signal(signal.SIGCONT)
    box.wait(box.seen)
    summary = box.wait(lambda: [one for one in box.lines("more") if one["appeared"] > 0])

    assert len(box.seen()) == 1
    assert summary[0]["appeared"] >= 100
    assert len(state.load(box.paths).ledger.known) > 250
    assert box.paths.processes.stat().st_size < 200_000


def test_what_a_killed_census_knew_the_next_one_knows(box):
    box.session("work-1", "setsid nohup sleep 600 >/dev/null 2>&1 & sleep 1")
    left = only(box.wait(box.seen))
    box.census.send_signal(signal.SIGKILL)
    box.census.wait()
    box.watch()
    box.session("work-2", "sleep 2")
    time.sleep(3)

    assert [one.identity for one in box.seen()] == [left.identity]
    box.inside("kill", str(left.pid))
    assert only(box.wait(box.gone)).identity == left.identity


def test_what_a_census_told_before_it_was_killed_is_known_although_it_was_not_kept(box):
    box.wait(box.paths.process_ledger.exists)
    kept = box.paths.process_ledger.read_bytes()
    box.session("work-1", "setsid nohup sleep 600 >/dev/null 2>&1 & sleep 1")
    left = only(box.wait(box.seen))
    box.census.send_signal(signal.SIGKILL)
    box.census.wait()
    box.paths.process_ledger.write_bytes(kept)  # as if the kill had come between the log and the ledger
    box.watch()

    assert box.wait(lambda: [one.argv for one in leftovers.seen(box.paths)]) == ["sleep 600"]
    box.inside("kill", str(left.pid))
    assert only(box.wait(box.gone)).identity == left.identity
    assert [one.identity for one in box.seen()] == [left.identity]


def test_what_ends_while_nobody_looks_is_gone_at_the_next_look(box):
    box.session("work-1", "setsid nohup sleep 600 >/dev/null 2>&1 & sleep 1")
    left = only(box.wait(box.seen))
    box.census.send_signal(signal.SIGKILL)
    box.census.wait()
    box.inside("kill", str(left.pid))
    box.watch()

    assert only(box.wait(box.gone)).identity == left.identity


def test_an_end_that_nobody_saw_is_told_though_the_ledger_was_lost(box):
    box.session("work-1", "setsid nohup sleep 600 >/dev/null 2>&1 & sleep 1")
    left = only(box.wait(box.seen))
    box.census.send_signal(signal.SIGKILL)
    box.census.wait()
    box.inside("kill", str(left.pid))
    box.paths.process_ledger.unlink(missing_ok=True)
    box.watch()

    over = only(box.wait(box.gone))
    assert (over.identity, over.cpu_seconds) == (left.identity, None)


def burn(cpu_seconds: int, told: str = "") -> str:
    """Use as much CPU, however long that takes, and on until told."""
    goes_on = f'time.process_time() < {cpu_seconds} or not os.path.exists("/tmp/{told}")'
    return f"python3 -c 'import os, time\nwhile {goes_on}: pass'"


def test_cpu_that_is_used_while_no_session_goes_on_is_a_series_of_its_own(box):
    began = time.monotonic()
    box.session("work-1", f"{burn(1)}; setsid {burn(2, 'told')} &")
    left = only(box.wait(box.seen))
    box.tell("told")
    box.wait(box.gone)
    over = only(box.gone())
    box.session("work-2", "true")  # a look that counts
    time.sleep(1)
    boxes.stop(box.bench.engine, box.box.id, 5)
    box.census.wait()

    cpu = box.lines("summary")[-1]["cpu"]
    # What is used between the last look of one and the first of the other is nobody's: "unsure".
    assert over.identity == left.identity
    assert cpu["session"] > 0.3
    assert cpu["alone"] > 0.3
    in_all = cpu["session"] + cpu["alone"] + cpu["unsure"]
    assert 3 <= in_all <= (time.monotonic() - began) * os.cpu_count()


def test_all_is_over_with_the_box(box):
    box.session("work-1", "setsid nohup sleep 600 >/dev/null 2>&1 & sleep 1")
    left = only(box.wait(box.seen))
    boxes.stop(box.bench.engine, box.box.id, 5)

    assert box.census.wait() == 0
    assert only(box.gone()).identity == left.identity
    (run,) = runs(box.bench.log.events()).values()
    assert run.open_orphans == ()


def test_a_second_census_is_busy(box):
    box.wait(lambda: box.lines("appeared"))
    second = subprocess.run(
        box.bench.program("process_census.py", "--run", RUN), capture_output=True, check=False
    )

    assert second.returncode == 75


def test_the_first_program_and_the_runner_are_nobodys(box):
    found = box.wait(lambda: len(box.lines("appeared")) >= 2 and box.lines("appeared"))

    box.session("work-1", "sleep 1")

    assert [line.get("session", "") for line in found] == ["", ""]
    assert found[0]["inside"] == 1
    assert "sessions.py" in found[1]["argv"]
    assert box.seen() == []
