"""Releases beside each other on a machine whose systemd is two small programs that write down what they are asked."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from support.repository.benches import REPOSITORY

PROGRAM = REPOSITORY / "ansible/files/nab-release"
SYSTEMCTL = """#!/bin/sh
echo "systemctl $*" >> "$FAKES/asked"
case "$*" in
  "start nab-health.service") ! grep -qx "$(basename "$(readlink "$NAB_ROOT/current")")" "$FAKES/sick" 2>/dev/null ;;
esac
"""
SYSTEMD_RUN = """#!/bin/sh
while [ "${1%.py}" = "$1" ]; do shift; done
script=$(basename "$1"); release=$(basename "$(dirname "$(dirname "$1")")"); shift
echo "run $script of $release $*" >> "$FAKES/asked"
if [ -e "$FAKES/$script" ]; then cat "$FAKES/$script" >&2; exit "$(cat "$FAKES/code")"; fi
"""
pytestmark = pytest.mark.full


class Host:
    """A machine: its folders, and the programs of systemd."""

    def __init__(self, folder):
        self.root, self.units, self.fakes = folder / "opt", folder / "units", folder / "fakes"
        for made in (self.root / "releases", self.units, self.fakes):
            made.mkdir(parents=True)
        for name, text in (("systemctl", SYSTEMCTL), ("systemd-run", SYSTEMD_RUN)):
            (self.fakes / name).write_text(text)
            (self.fakes / name).chmod(0o755)
        self.environment = {
            **os.environ,
            "NAB_ROOT": str(self.root), "NAB_UNITS": str(self.units), "FAKES": str(self.fakes),
            "PATH": f"{self.fakes}:{os.environ['PATH']}",
        }  # fmt: skip

    def has(self, *releases, units=("nab-watch.service", "nab-watch.timer")):
        for number, name in enumerate(releases):
            folder = self.root / "releases" / name
            (folder / "systemd/nab-.service.d").mkdir(parents=True)
            for unit in (*units, "nab-.service.d/sandbox.conf"):
                (folder / "systemd" / unit).write_text(f"# {unit} of {name}\n")
            (folder / "manifest.json").write_text(json.dumps({"id": name, "time": "now", "python": "3.11"}))
            (folder / ".built").touch()
            os.utime(folder / ".built", (number, number))
        return self

    def do(self, *words, **more):
        return subprocess.run(
            [sys.executable, PROGRAM, *words],
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
            **more,
        )

    def asked(self):
        path = self.fakes / "asked"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def current(self):
        return (self.root / "current").readlink().name if (self.root / "current").is_symlink() else ""

    def is_sick(self, *releases):
        (self.fakes / "sick").write_text("".join(f"{name}\n" for name in releases))


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path)


def test_the_first_release_gets_its_images_its_units_and_a_look_at_its_health(host):
    done = host.has("one").do("switch", "one")

    assert (done.returncode, done.stdout) == (0, "switched none -> one\n"), done.stderr
    assert host.current == "one"
    assert (host.units / "nab-watch.service").read_text() == "# nab-watch.service of one\n"
    assert not (host.units / "nab-watch.service").is_symlink()
    asked = host.asked()
    assert (
        asked.index("run images.py of one --ahead")
        < asked.index("systemctl daemon-reload")
        < asked.index("run images.py of one ")
        < asked.index("systemctl start nab-health.service")
    )


def test_a_second_switch_to_the_same_changes_nothing_and_looks_at_its_health(host):
    host.has("one").do("switch", "one")
    before = len(host.asked())

    done = host.do("switch", "one")

    assert done.stdout == "already one\n"
    assert host.asked()[before:] == [
        "systemctl reset-failed nab-health.service",
        "systemctl start nab-health.service",
    ]


def test_a_sick_release_is_taken_back_with_its_units(host):
    host.has("one").has("two", units=("nab-watch.service", "nab-watch.timer", "nab-new.timer"))
    host.do("switch", "one")
    host.is_sick("two")

    done = host.do("switch", "two")

    assert done.returncode == 10
    assert "two is not healthy, one is current again" in done.stderr
    assert [line for line in host.asked() if line.startswith("run images.py")][-1] == "run images.py of one "
    assert host.current == "one"
    assert (host.units / "nab-watch.service").read_text() == "# nab-watch.service of one\n"
    assert not (host.units / "nab-new.timer").exists()
    assert not (host.root / "switching.json").exists()


def test_where_the_one_before_is_sick_too_that_is_said(host):
    host.has("one", "two").do("switch", "one")
    host.is_sick("one", "two")

    done = host.do("switch", "two")

    assert (done.returncode, host.current) == (12, "one")
    assert "neither two nor one is healthy" in done.stderr


def test_a_sick_first_release_is_no_current_one(host):
    host.has("one").is_sick("one")

    done = host.do("switch", "one")

    assert (done.returncode, host.current) == (1, "")


@pytest.mark.parametrize(
    ("script", "code", "exit_code", "sentence"),
    [
        ("may_deploy.py", 75, 75, "round 3 is open; --force does not wait"),
        ("may_deploy.py", 2, 1, "two cannot read the state of this machine"),
        ("images.py", 1, 1, "the images of two cannot be built"),
    ],
)
def test_what_speaks_against_a_switch_is_found_before_anything_is_touched(
    host, script, code, exit_code, sentence
):
    host.has("one", "two").do("switch", "one")
    (host.fakes / script).write_text("nab: round 3 is open\n")
    (host.fakes / "code").write_text(str(code))

    done = host.do("switch", "two")

    assert (done.returncode, host.current) == (exit_code, "one")
    assert sentence in done.stderr
    assert (host.units / "nab-watch.service").read_text() == "# nab-watch.service of one\n"


def test_force_does_not_ask_for_the_moment(host):
    host.has("one", "two").do("switch", "one")
    (host.fakes / "may_deploy.py").write_text("nab: round 3 is open\n")
    (host.fakes / "code").write_text("75")

    assert host.do("switch", "two", "--force").returncode == 0


def test_rollback_goes_to_the_one_before_and_back_again(host):
    host.has("one", "two")
    host.do("switch", "one")
    host.do("switch", "two")

    assert host.do("rollback").stdout == "switched two -> one\n"
    assert host.do("rollback").stdout == "switched one -> two\n"


def test_a_rollback_from_a_release_that_is_not_current_does_nothing(host):
    host.has("one", "two").do("switch", "one")
    host.do("switch", "two")

    assert host.do("rollback", "--from", "three").stdout == "two is current, not three\n"
    assert host.do("rollback", "--from", "two").stdout == "switched two -> one\n"


def test_a_timer_that_is_new_is_started_and_one_that_is_gone_is_stopped(host):
    host.has("one").has("two", units=("nab-watch.service", "nab-new.timer"))
    host.do("switch", "one")

    host.do("switch", "two")

    assert "systemctl enable --now --quiet nab-new.timer" in host.asked()
    assert "systemctl disable --now nab-watch.timer" in host.asked()
    assert not (host.units / "nab-watch.timer").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("switch", "none"), "no such release: none; nab-release list names those that are here"),
        (("switch", "../../etc"), "no such release: ../../etc"),
        (("rollback",), "no release was current before this one"),
        (("unpack", "/nowhere.tar.gz"), "there is no /nowhere.tar.gz; make release makes one"),
        (("prune", "--keep", "-1"), "it takes a number from 0"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_code_2(host, words, sentence):
    done = host.do(*words)

    assert done.returncode == 2
    assert sentence in done.stderr and done.stderr.count("\n") == 1


def test_prune_leaves_the_current_one_the_one_before_the_newest_and_those_at_work(host):
    host.has("a", "b", "c", "d", "e", "f")
    for name in ("a", "c"):
        host.do("switch", name)
    at_work = subprocess.Popen(["sh", "-c", f"sleep 60; : {host.root}/releases/b/scripts/launch.py"])
    try:
        done = host.do("prune", "--keep", "2")
    finally:
        at_work.kill()
        at_work.wait()

    assert done.stdout == "removed d\n"
    assert sorted(path.name for path in (host.root / "releases").iterdir()) == ["a", "b", "c", "e", "f"]


def test_two_at_once_are_one_too_many(host):
    host.has("one")
    (host.fakes / "systemd-run").write_text("#!/bin/sh\ntouch $FAKES/there; sleep 60\n")
    first = subprocess.Popen(
        [sys.executable, PROGRAM, "switch", "one"], env=host.environment, stderr=subprocess.DEVNULL
    )
    try:
        while not (host.fakes / "there").exists():
            time.sleep(0.05)
        second = host.do("switch", "one")
    finally:
        first.kill()
        first.wait()

    assert (second.returncode, second.stderr) == (75, "nab-release: another nab-release is at work here\n")


@pytest.mark.parametrize("nth", range(0, 14, 2))
def test_a_switch_that_is_killed_anywhere_leaves_a_whole_release_and_can_be_ended_either_way(host, nth):
    """Killed before the nth time that it makes, replaces or removes a name."""
    host.has("one", "two").do("switch", "one")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(PROGRAM), str(nth), "switch", "two"],
        env=host.environment,
        check=False,
    ).returncode
    assert host.current in {"one", "two"}
    interrupted = (host.root / "switching.json").exists()

    resumed = host.do("resume")
    after = host.current
    again = host.do("switch", "two")

    assert killed in {-signal.SIGKILL, 0}
    assert (resumed.returncode, after) == ((10, "one") if interrupted else (0, after))
    assert (again.returncode, host.current) == (0, "two")
    assert (host.units / "nab-watch.service").read_text() == "# nab-watch.service of two\n"


KILLED = """
import os, runpy, signal, sys
program, nth = sys.argv[1], int(sys.argv[2])
sys.argv = [program, *sys.argv[3:]]
left = [nth]

def counted(event, args):
    if event in {"os.rename", "os.symlink", "os.remove", "tempfile.mkstemp", "subprocess.Popen"}:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(counted)
runpy.run_path(program, run_name="__main__")
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")
def test_on_a_full_disk_the_old_release_goes_on(host, tmp_path):
    host.has("one", "two").do("switch", "one")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", host.units], check=True)
    try:
        for unit in ("nab-watch.service", "nab-watch.timer"):
            (host.units / unit).write_text(f"# {unit} of one\n")
        (host.units / "nab-.service.d").mkdir()
        (host.units / "nab-.service.d/sandbox.conf").write_text("# nab-.service.d/sandbox.conf of one\n")
        with (
            (host.units / "filler").open("wb", buffering=0) as file,
            pytest.raises(OSError, match="No space"),
        ):
            while True:
                file.write(bytes(4096))

        done = host.do("switch", "two")

        assert (done.returncode, host.current) == (10, "one")
        assert (host.units / "nab-watch.service").read_text() == "# nab-watch.service of one\n"
    finally:
        subprocess.run(["umount", host.units], check=True)
