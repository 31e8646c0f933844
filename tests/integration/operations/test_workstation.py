"""A bare machine becomes a workstation, is deployed to, broken, killed and cut off from power, and works on.

Each machine is a container with a systemd and a Docker engine of its own; Ansible reaches it over ssh. They are set up
once, and a test leaves them as the next one expects them. In place of every five minutes the timers elapse every
twenty seconds, and the local tournament's rounds last some minutes.
"""

import subprocess
import time

import pytest

from nab.edges.docker import proxy_box
from support.worlds import releases
from support.worlds.workstation import SHARED, Fleet, fleet, recap, save_images, timed

pytestmark = pytest.mark.timeout(3600)
IMAGES = ("nab/base", proxy_box.IMAGE, "nab/control", "nab/agent-baseline")
ENTRANT, UNIT = "tiny-l4", "nab-entrant@tiny-l4.service"
LIVES = "while true; do echo at work; sleep 5; done"
USUAL_USER = 1000  # it is built into the images of an engine that root uses
SETTINGS = """
[tournament]
local_port = 8790
[models]
kind = "scripted"
[limits]
active_hours = 0.2
submit_minutes = 2
cpus = 1
memory_gib = 2
[recording]
resources_every = 5
history_every = 10
min_free_gib = 1
[[slots]]
name = "gpu1"
[[entrants]]
agent = "baseline"
level = "L3"
model = "nab_baseline_l3"
[[entrants]]
agent = "tiny"
level = "L4"
model = "nab_tiny_l4"
slot = "gpu1"
"""
SOON = {"watch": "*:*:00/20", "reconcile": "*:*:10/20", "scores": "*:*:15/20", "site": "*:*:05/20"}


class World:
    """The fleet, its releases, and what is the same in every play."""

    def __init__(self, made: Fleet) -> None:
        self.fleet, self.folder = made, made.folder
        save_images(self.folder, IMAGES)
        (self.folder / "nab.toml").write_text(SETTINGS)
        self.one = releases.built(self.folder, {"tiny": LIVES})
        self.two = releases.changed(self.one, "two", releases.says_more)
        self.host = made.another("first")
        self.host.keeps_a_tournament(every=240, window=220)

    def play(self, playbook: str, release=None, **more: object) -> subprocess.CompletedProcess[str]:
        variables = {
            "release_tarball": str(release or self.one),
            "release_force": True,
            "settings_file": str(self.folder / "nab.toml"),
            "account_number": USUAL_USER,
            "engine_archive": f"{SHARED}/images.tar",
            "units_entrants": [ENTRANT],
        }
        return self.fleet.play(playbook, **variables | more)

    def is_well(self) -> None:
        """Look whether the machine works, and its L4 entrant's box is there."""
        self.host.do("systemctl", "start", "nab-health.service")
        self.host.until(lambda: self.host.box(ENTRANT), 300)

    def brought(self, tarball) -> str:
        """Unpack a release on the machine. Returns its name."""
        inside = f"/opt/nab/tarballs/{tarball.name}"
        subprocess.run(["docker", "cp", tarball, f"{self.host.container.id}:{inside}"], check=True)
        assert self.host.release("unpack", inside).returncode == 0
        return releases.id_of(tarball)


@pytest.fixture(scope="module")
def world():
    with fleet() as made:
        yield World(made)


def test_a_bare_machine_becomes_one_on_which_an_entrant_runs(world):
    began = time.monotonic()

    done = world.play("site")

    assert done.returncode == 0, done.stdout + done.stderr
    timed("bare to healthy", began)
    world.host.until(lambda: world.host.box(ENTRANT), 300)
    timed("bare to the first entrant's box", began)
    assert world.host.current == releases.id_of(world.one)
    assert (
        world.host.do("systemctl", "is-active", "nab.target", "nab-watch.timer", "docker")
        == "active\n" * 2 + "active"
    )
    told = world.host.do("docker", "images", "--format", "{{.Repository}}:{{.Tag}}").split()
    assert f"nab/agent-tiny:{world.host.current}" in told
    assert "true" in world.host.do("docker", "info", "--format", "{{.LiveRestoreEnabled}}")


def test_a_second_time_nothing_is_changed(world):
    began = time.monotonic()

    done = world.play("site")

    timed("site again", began)
    assert done.returncode == 0, done.stdout
    assert recap(done, "first")["changed"] == 0, done.stdout


def test_a_playbook_tells_how_it_is_and_changes_nothing(world):
    done = world.play("status")

    assert done.returncode == 0, done.stdout
    assert world.host.current in done.stdout
    assert "healthy" in done.stdout
    assert "never looked at" not in done.stdout
    assert recap(done, "first")["changed"] == 0


def test_timers_fire_a_round_and_write_the_page(world):
    host = world.host
    for name, when in SOON.items():
        host.write(
            f"/etc/systemd/system/nab-{name}.timer.d/soon.conf",
            f"[Timer]\nOnCalendar=\nOnCalendar={when} UTC\n",
        )
    host.do("systemctl", "restart", *(f"nab-{name}.timer" for name in SOON))

    host.nab("launch", "--entrant", "baseline-l3")

    assert of(host, "entrant.enrolled", "baseline-l3")
    host.until(lambda: of(host, "submission.seen", "baseline-l3"), 900)
    host.until(lambda: host.ask("test", "-s", "/var/lib/nab/site/index.html").returncode == 0, 120)
    assert host.shown("nab-watch.service", "Result") == "success"


def test_a_release_that_is_not_healthy_goes_back_by_itself_and_no_further_host_is_touched(world):
    second = world.fleet.another("second")
    box, before = world.host.box(ENTRANT), world.host.current
    sick = releases.changed(world.one, "sick", releases.is_sick)

    done = world.play("deploy", sick)

    assert done.returncode != 0
    assert "is not healthy" in done.stdout and "is current again" in done.stdout
    assert recap(done, "first")["failed"] == 1
    assert world.host.current == before
    assert world.host.box(ENTRANT) == box != ""
    assert second.ask("test", "-e", "/opt/nab").returncode == 1
    world.is_well()
    world.fleet.hosts.remove(second)
    second.close()


def test_a_release_whose_programs_do_not_start_touches_nothing(world):
    broken = world.brought(releases.changed(world.one, "broken", releases.cannot_be_read))
    before = world.host.current

    done = world.host.release("switch", broken, "--force")

    assert done.returncode == 1
    assert f"the images of {broken} cannot be built" in done.stderr
    assert world.host.current == before


def test_a_deploy_and_a_rollback_leave_the_box_alone_and_build_nothing(world):
    box, began = world.host.box(ENTRANT), time.monotonic()

    done = world.play("deploy", world.two)

    timed("deploy", began)
    assert done.returncode == 0, done.stdout
    assert world.host.current == releases.id_of(world.two)
    began, images = time.monotonic(), built_images(world.host)

    done = world.play("rollback")

    timed("rollback", began)
    assert done.returncode == 0, done.stdout
    assert world.host.current == releases.id_of(world.one)
    assert built_images(world.host) == images
    assert world.host.box(ENTRANT) == box != ""
    world.host.until(lambda: world.host.shown(UNIT, "ActiveState") == "active", 300)


@pytest.mark.parametrize("seconds", [0.5, 2, 4, 7, 11, 16])
def test_a_switch_that_is_killed_leaves_a_whole_release_and_a_healthy_one_follows(world, seconds):
    host, one, two = world.host, releases.id_of(world.one), releases.id_of(world.two)
    assert host.release("switch", one, "--force").returncode == 0

    host.ask(
        "timeout", "--signal=KILL", str(seconds), "/usr/local/sbin/nab-release", "switch", two, "--force"
    )

    assert host.current in {one, two}
    assert host.ask("test", "-e", f"/opt/nab/releases/{host.current}/.built").returncode == 0
    host.do("systemctl", "start", "nabrelease.service", check=False)
    assert host.ask("test", "-e", "/opt/nab/switching.json").returncode == 1
    world.is_well()
    assert host.release("switch", two, "--force").returncode == 0
    assert host.current == two


def test_on_a_full_disk_the_old_release_goes_on(world):
    host, before = world.host, world.host.current
    three = releases.changed(world.one, "three", releases.says_more)
    subprocess.run(["docker", "cp", three, f"{host.container.id}:/opt/nab/tarballs/{three.name}"], check=True)
    size = three.stat().st_size
    host.do("mkdir", "-p", "/opt/nab/small/opt")
    host.do("mount", "-t", "tmpfs", "-o", f"size={size * 5 + (8 << 20)}", "tmpfs", "/opt/nab/small")
    try:
        words = ("env", "NAB_ROOT=/opt/nab/small/opt", "/usr/local/sbin/nab-release", "unpack")
        host.do("fallocate", "-l", str(size), "/opt/nab/small/filler")
        told = host.ask(*words, f"/opt/nab/tarballs/{three.name}")
        assert told.returncode == 1 and "MiB free, and a release takes" in told.stderr
    finally:
        host.do("umount", "/opt/nab/small")

    assert host.current == before
    world.is_well()


def test_an_engine_that_is_killed_leaves_the_box_alive(world):
    box = world.host.box(ENTRANT)

    world.host.do("sh", "-c", "kill -9 $(cat /run/docker.pid)")
    world.host.until(lambda: world.host.ask("docker", "info").returncode == 0, 120)

    assert world.host.box(ENTRANT) == box != ""


def test_after_a_power_cut_in_a_run_a_window_and_a_deploy_all_is_there_again_and_nothing_twice(world):
    host, one, two = world.host, releases.id_of(world.one), releases.id_of(world.two)
    host.until(lambda: len(host.events("attempt.started")) > len(host.events("attempt.ended")), 600)
    with subprocess.Popen(
        ["docker", "exec", host.container.id, "/usr/local/sbin/nab-release", "switch", one, "--force"]
    ) as deploy:
        host.until(lambda: host.ask("test", "-e", "/opt/nab/switching.json").returncode == 0, 300)
        host.power_cut()
        deploy.kill()

    host.until(lambda: host.ask("test", "-e", "/opt/nab/switching.json").returncode == 1, 600)
    assert host.current in {one, two}
    world.is_well()
    for name in SOON:
        assert host.shown(f"nab-{name}.timer", "ActiveState") == "active"
    rounds = len({one["round"] for one in of(host, "submission.seen", "baseline-l3")})
    host.until(
        lambda: len({one["round"] for one in of(host, "submission.seen", "baseline-l3")}) > rounds, 900
    )
    assert "intact" in host.nab("verify")
    seen = [
        (one["round"], one["data"].get("submission")) for one in of(host, "submission.seen", "baseline-l3")
    ]
    assert len(seen) == len(set(seen))


def test_uninstall_leaves_the_records(world):
    done = world.play("uninstall")

    assert done.returncode == 0, done.stdout
    assert world.host.ask("test", "-e", "/opt/nab").returncode == 1
    left = world.host.do("systemctl", "list-unit-files", "nab*", "--no-legend", check=False)
    assert left == ""
    assert world.host.events("run.started")


def of(host, kind, entrant):
    return [one for one in host.events(kind) if one["entrant"] == entrant]


def built_images(host):
    return sorted(host.do("docker", "images", "--all", "--no-trunc", "--quiet").split())
