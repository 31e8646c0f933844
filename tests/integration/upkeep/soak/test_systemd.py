"""The units on a real systemd: installed as by hand, started by timers, killed, stopped, and switched off.

One machine plays all of it; a test leaves it as the next one expects it.
"""

import signal

import pytest
from filelock import FileLock

from nab.core.facts import RunAdopted
from nab.edges.docker import boxes
from support.engines import engines
from support.repository.benches import REPOSITORY
from support.repository.unit_files import names, programs
from support.worlds.coding import TURN
from support.worlds.systemd import machine_with_systemd

pytestmark = pytest.mark.timeout(420)
ENTRANT = "nab-entrant@codex-l4.service"
PYTHON = "/opt/nab/current/.venv/bin/python"
OF_EVERY_DAY = ("watch", "reconcile", "scores", "site")
PROBE = """
import json, pathlib
from nab.config import load
from nab.edges.docker import engine
from nab.edges.secrets import keys

config = load(pathlib.Path('/etc/nab/live.toml'), pathlib.Path('/var/lib/nab/state'))

def refused(path):
    try:
        pathlib.Path(path).touch()
    except OSError:
        return True

print(json.dumps({
    'openai': keys.model_key(config, 'openai'),
    'google': keys.model_key(config, 'google'),
    'engine': engine.ping(),
    'refused': [path for path in ('/etc/x', '/opt/nab/current/x', '/home/x', '/root/x') if refused(path)],
    'temporary': bool(refused('/tmp/x')),
}, sort_keys=True))
"""


@pytest.fixture(scope="module")
def both():
    with machine_with_systemd() as (machine, world):
        with FileLock(TURN):
            machine.do("systemctl", "start", ENTRANT)
            machine.until(lambda: "run.intended" in world.kinds(), 60)
        yield machine, world


@pytest.fixture
def machine(both):
    return both[0]


@pytest.fixture
def world(both):
    return both[1]


def carer(machine):
    return int(machine.shown(ENTRANT, "MainPID"))


def sidecar(machine):
    return machine.do("pgrep", "-f", "scripts/git_watcher.py", check=False)


def adoptions(world):
    return sum(isinstance(event.fact, RunAdopted) for event in world.bench.log.events())


def follows(machine, world):
    return machine.shown(ENTRANT, "StatusText") == f"following {world.run.name}"


def test_timers_do_at_boot_what_was_missed_and_the_sandbox_lets_our_programs_work(machine, world):
    stamps = [f"/var/lib/systemd/timers/stamp-nab-{name}.timer" for name in OF_EVERY_DAY]
    machine.do("mkdir", "-p", "/var/lib/systemd/timers")
    machine.do("touch", "--date=2 days ago", *stamps)

    machine.do("systemctl", "enable", "nab.target", *names("timer"), ENTRANT)
    machine.do("systemctl", "start", "nab.target")

    for name in OF_EVERY_DAY:
        machine.until(lambda name=name: machine.shown(f"nab-{name}.service", "ExecMainExitTimestamp"), 150)
        machine.until(
            lambda name=name: machine.shown(f"nab-{name}.service", "ActiveState") == "inactive", 150
        )
        assert machine.shown(f"nab-{name}.service", "Result") == "success", machine.journal(
            "-u", f"nab-{name}"
        )
    assert "tick" in world.kinds()
    assert (machine.folder / "site/index.html").is_file()
    for timer in names("timer"):
        assert machine.shown(timer, "SubState") in {"waiting", "running"}, timer


@pytest.mark.parametrize("name", ["deadman", "gc", "sync"])
def test_what_else_runs_by_the_clock_works_in_its_sandbox(machine, name):
    unit = f"nab-{name}.service"
    script = programs(unit)[1].rpartition("/")[2]
    if not (REPOSITORY / "scripts" / script).is_file():
        engines.missing(f"no {script} yet")
    if name == "sync":
        remote = f"{machine.folder}/remote.git"
        machine.do("runuser", "-u", "nab", "--", "git", "init", "--quiet", "--bare", remote)
        settings = machine.do("cat", "/etc/nab/nab.toml")
        machine.write("/etc/nab/nab.toml", f'{settings}\n[sync]\nremote = "{remote}"\n')

    machine.do("systemctl", "start", unit, check=False)

    assert machine.shown(unit, "Result") == "success", machine.journal("-u", unit)
    if name == "sync":
        assert "overview.json" in machine.do(
            "runuser", "-u", "nab", "--", "git", f"--git-dir={remote}", "log", "--all", "--stat"
        )


def test_a_failure_is_written_down_and_the_timer_may_start_it_again_however_often_it_failed(machine):
    with machine.running("nab-site.service", "/bin/false"):
        for _ in range(8):
            machine.do("systemctl", "start", "nab-site.service", check=False)
        line = "nab-site.service failed: exit-code, exited 1; journalctl -u nab-site.service says why"
        machine.until(lambda: line in machine.journal("-t", "nab"), 20)
        assert machine.shown("nab-site.service", "Result") == "exit-code"

    machine.do("systemctl", "start", "nab-site.service")


def test_a_service_that_ends_at_once_is_started_again_for_ever(machine):
    unit = "nab-entrant@nobody-l4.service"
    machine.drop_in(unit, "RestartSec=20ms", "zz-soon")
    with machine.running(unit, "/bin/false"):
        machine.do("systemctl", "start", "--no-block", unit)
        machine.until(lambda: int(machine.shown(unit, "NRestarts")) >= 20, 60)

        assert machine.shown(unit, "ActiveState") == "activating"
        machine.do("systemctl", "stop", unit)


def test_an_unknown_entrant_is_said_in_a_sentence(machine):
    unit = "nab-entrant@nobody-l4.service"
    machine.do("systemctl", "start", unit, check=False)
    machine.do("systemctl", "stop", unit)

    machine.until(lambda: "nab: no agent 'nobody'" in machine.journal("-u", unit), 20)


@pytest.mark.parametrize(
    ("unit", "keys", "engine"),
    [
        ("nab-watch.service", '"google": {}, "openai": {"api_key": "sk-for-tests"}', "true"),
        ("nab-reconcile.service", '"google": {}, "openai": {}', "false"),
    ],
    ids=["starts boxes", "does not"],
)
def test_a_service_has_the_keys_and_the_powers_that_it_needs_and_no_others(machine, unit, keys, engine):
    machine.write("/etc/nab/live.toml", '[tournament]\nkind = "live"\n')
    machine.write("/etc/credstore/nab.openai", '{"api_key": "sk-for-tests"}')
    machine.write("/opt/nab/probe.py", PROBE)
    machine.do("chmod", "600", "/etc/credstore/nab.openai")

    with machine.running(unit, PYTHON, "/opt/nab/probe.py"):
        machine.do("systemctl", "start", unit)

    everywhere = '["/etc/x", "/opt/nab/current/x", "/home/x", "/root/x"]'
    said = f'{{"engine": {engine}, {keys}, "refused": {everywhere}, "temporary": false}}'
    assert said in machine.journal("-u", unit)
    assert machine.do("sh", "-c", "ls /run/credentials/*/openai", check=False) == ""


def test_an_entrants_service_that_is_killed_takes_its_run_over_again(machine, world):
    machine.until(lambda: follows(machine, world), 120)
    box, witness, before = (
        boxes.inspect(world.bench.engine, world.run.container),
        sidecar(machine),
        carer(machine),
    )
    machine.drop_in("nab-entrant@.service", "RestartSec=1s\nWatchdogSec=20s", "zz-soon")

    machine.do("systemctl", "kill", "--kill-whom=main", "--signal=KILL", ENTRANT)
    machine.until(lambda: adoptions(world) == 1, 30)

    assert machine.shown(ENTRANT, "NRestarts") == "1"
    assert carer(machine) != before
    assert sidecar(machine) == witness != ""
    assert boxes.inspect(world.bench.engine, box.id) == box
    assert [world.kinds().count(kind) for kind in ("run.intended", "run.created", "session.started")] == [
        1,
        1,
        1,
    ]


def test_one_that_is_stuck_is_ended_by_the_watchdog_and_started_again(machine, world):
    machine.do("kill", f"-{signal.SIGSTOP}", str(carer(machine)))
    machine.until(lambda: adoptions(world) == 2, 60)

    assert "Watchdog timeout" in machine.journal("-u", ENTRANT)
    assert world.box_runs()


def test_stopping_the_service_leaves_the_box_and_the_next_look_at_the_window_takes_the_run_over(
    machine, world
):
    witness = sidecar(machine)

    machine.do("systemctl", "stop", ENTRANT)

    assert [machine.shown(ENTRANT, name) for name in ("ActiveState", "Result")] == ["inactive", "success"]
    assert world.box_runs()
    assert sidecar(machine) == witness
    assert not world.bench.attended(world.run.name)

    machine.do("systemctl", "start", "nab-watch.service")
    machine.until(lambda: world.bench.attended(world.run.name), 30)

    assert machine.shown("nab-watch.service", "ActiveState") == "inactive"
    adopter = machine.do("pgrep", "-f", "scripts/adopt.py")
    held = f"/proc/{adopter}/root/run/credentials/nab-watch.service/openai"
    assert machine.do("runuser", "-u", "nab", "cat", held) == '{"api_key": "sk-for-tests"}'
    assert adoptions(world) == 3


def test_a_service_whose_run_is_cared_for_waits_and_says_so(machine, world):
    machine.do("systemctl", "start", ENTRANT)

    waits = f"waiting: {world.run.name} is running"
    machine.until(lambda: machine.shown(ENTRANT, "StatusText") == waits, 30)
    assert machine.shown(ENTRANT, "ActiveState") == "active"


def test_after_a_power_cut_all_is_there_again_by_itself(machine, world):
    machine.power_cut()

    machine.until(lambda: world.bench.attended(world.run.name), 60)
    for timer in names("timer"):
        assert machine.shown(timer, "ActiveState") == "active", timer
    assert machine.shown(ENTRANT, "ActiveState") == "active"
    assert world.box_runs()
    assert world.kinds().count("run.intended") == 1
