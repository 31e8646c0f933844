"""A backup made while agents ran, restored on another machine, and the handbook's other commands, as they stand there.

On the new machine a loop goes on where it was, and a script is fired in the next window. Without a backup there is the
copy at the git remote.
"""

import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from nab.actions.disks import run_disks
from nab.core.facts import AttemptEnded, BoxEnded, RunCreated
from nab.core.runs.runs import RunState
from nab.core.text.names import done_name
from nab.edges.docker import boxes
from nab.edges.host import loop_disks
from nab.edges.untrusted import removal
from nab.paths import AgentFolder
from nab.tournament.server import remote
from support.engines.last_steps import ended_by
from support.records.coding_records import Record
from support.repository.benches import REPOSITORY, bench_on
from support.repository.handbook import block, checkout, run
from support.worlds.coding import coding_world
from support.worlds.world import World

pytestmark = pytest.mark.timeout(900)
LONG = ("--rounds-every", "7200", "--window", "6000")
MORE = """[[entrants]]
agent = "random"
level = "L3"
model = "nab_random_l3"
[sync]
remote = "{remote}"
branch = "bench-test"
"""
FILE = "/mnt/disk/bench.tar.gz"
REMOTE = "bench-mymachine git@github.com:you/bench-state.git"


class AnotherMachine(Record, World):
    """Another checkout, with the settings of the first; Numerai and the models' vendors are those of the first."""

    def __init__(self, folder: Path, first: World) -> None:
        self.bench = bench_on(checkout(folder), first.bench.config.file.read_text())
        for outside in (self.bench.paths.tournament, self.bench.paths.models):
            outside.symlink_to(first.bench.paths.root / outside.name)

    @property
    def folder(self) -> Path:
        return self.bench.paths.root.parent

    def do(self, commands: str, instead: dict[str, str] | None = None) -> str:
        """Do what the handbook says; return what that printed."""
        done = run(self.folder, commands, instead)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def close(self) -> None:
        with ended_by(self.remove_boxes, self.let_go_of_disks):
            self.script("stop.py")


@pytest.fixture(scope="module")
def folder():
    """A folder with a git remote in it; its path is short enough for a socket's."""
    made = Path(tempfile.mkdtemp(prefix="nab"))
    subprocess.run(["git", "init", "--quiet", "--bare", str(made / "remote.git")], check=True)
    yield made
    removal.remove(AgentFolder(made))


@pytest.fixture(scope="module")
def first(folder):
    """A machine on which a loop works and a control is enrolled; backed up, synced, and then lost."""
    with coding_world("basic", *LONG, more=MORE.format(remote=folder / "remote.git")) as world:
        place = checkout(world.bench.paths.root.parent)
        launched = world.script("launch.py", "--agent", "random", "--level", "L3")
        assert launched.returncode == 0, launched.stdout + launched.stderr
        launcher = world.begin("codex", "L4")
        world.until(lambda: len(world.ended()) >= 2, 180)
        container = world.run.container
        world.left = (world.paths.workspace.own_path / "submit.sh").read_bytes()
        world.daily = run(place, block("Daily life", 1))
        world.backed_up = run(place, block("Backup", 1), {FILE: str(folder / "running.tar.gz")})
        box = boxes.inspect(world.bench.engine, container)
        world.went_on = box is not None and box.works and launcher.poll() is None
        world.synced = world.script("sync_to_github.py")
        world.end_launchers()
        world.moved = run(place, block("Moving to another machine", 1), {FILE: str(folder / "bench.tar.gz")})
        world.remove_boxes()
        yield world


def machine(folder, first, name):
    (folder / name).mkdir()
    return AnotherMachine(folder / name, first)


@pytest.fixture(scope="module")
def second(folder, first):
    """An empty machine, on which the backup is restored."""
    world = machine(folder, first, "two")
    with ended_by(world.close):
        world.restored = run(
            world.folder, block("Moving to another machine", 2), {FILE: str(folder / "bench.tar.gz")}
        )
        yield world


def to_the_next_round(world):
    """Let the tournament's clock stand a moment after the next round has opened."""
    told = remote.ask(world.bench.paths.tournament, "GET", "health")
    until = datetime.fromisoformat(told["next_opens"]) - datetime.fromisoformat(told["now"])
    remote.move_clock(world.bench.paths.tournament, until.total_seconds() + 1)


def test_what_is_asked_every_day_answers(first):
    assert first.daily.returncode == 0, first.daily.stdout + first.daily.stderr
    assert "codex-l4" in first.daily.stdout and "random-l3" in first.daily.stdout


def test_nothing_that_runs_is_touched_by_a_backup(first):
    assert first.backed_up.returncode == 0, first.backed_up.stderr
    assert "no key is in it" in first.backed_up.stdout
    assert first.went_on
    assert first.moved.returncode == 0, first.moved.stderr


def test_what_is_restored_is_right(first, second, folder):
    assert second.restored.returncode == 0, second.restored.stdout + second.restored.stderr
    assert second.restored.stdout.count("chain intact") == 2
    status = second.do("make status")
    assert "codex-l4" in status and "random-l3" in status
    again = run(second.folder, block("Backup", 2), {FILE: str(folder / "running.tar.gz")})
    assert again.returncode == 2 and "holds a state already" in again.stderr
    fixed = not loop_disks.why_not(folder)
    assert {one.name for one in second.paths.root.glob("*.img")} == (
        {"disk.img", "outbox.img"} if fixed else set()
    )


def test_a_backup_of_a_machine_at_work_is_as_good(first, folder):
    world = machine(folder, first, "three")
    with ended_by(world.let_go_of_disks):
        said = world.do(block("Backup", 2), {FILE: str(folder / "running.tar.gz")})
        assert "chain intact" in said
        world.do(f"git --git-dir={world.paths.history} fsck --no-dangling")
        run_disks.attach(world.paths)
        assert world.transcripts("codex", world.paths.home.own_path)


def test_a_loop_goes_on_in_a_new_box_with_its_workspace_and_its_conversation(first, second):
    conversations = {one.conversation for one in first.ended()}
    known = len(first.ended())
    second.wait(lambda: len(second.ended()) > known + 1, 240)

    lost = second.facts(BoxEnded)
    assert second.run.state is RunState.RUNNING and lost
    assert second.run.container != first.run.container
    newest = second.ended()[-1]
    assert newest.ending.value == "done" and newest.conversation in conversations
    assert second.started()[-1].mode == "resume"
    assert (second.paths.workspace.own_path / "submit.sh").read_bytes() == first.left
    assert second.transcripts("codex", second.paths.home.own_path)


def test_a_script_is_fired_in_the_next_window_in_a_box_that_is_made_anew(second):
    name = [one.name for one in second.runs() if one.entrant == "random-l3"][-1]
    assert second.bench.agent_box(name) is None
    to_the_next_round(second)

    def went_well():  # a proxy that does not come up in time, as on a busy machine, is tried again by the next tick
        second.script("watch_window.py")
        return 0 in [one.exit_code for one in second.facts(AttemptEnded)]

    second.wait(went_well, 180)
    box = second.bench.agent_box(name)
    assert (box.name, box.running) == (done_name(name), False)
    assert [fact.image for fact in second.facts(RunCreated) if fact.container == box.id] == [""]
    assert "random-l3" in second.do("make results")


def test_without_a_backup_the_remote_has_the_log_and_ends_what_ran(first, folder):
    assert first.synced.returncode == 0, first.synced.stdout + first.synced.stderr
    world = machine(folder, first, "four")
    with ended_by(world.close):
        said = world.do(
            block("A machine is lost, and there is no backup", 1),
            {REMOTE: f"bench-test {folder / 'remote.git'}"},
        )

        assert "chain intact" in said and "stopping" in said
        assert {one.state for one in world.runs()} == {RunState.ENDED}
        assert "codex-l4" in world.do("make status")
        (copied,) = (world.folder / "copy/runs").glob("*codex-l4/workspace/submit.sh")
        assert copied.read_bytes() == first.left


def test_room_is_made_by_the_steps_of_the_handbook(second):
    assert "make gc BUDGET=100" in block("The disk is full", 1)
    second.do(block("The disk is full", 1))


def test_whom_the_handbook_enrols_first_are_entrants_of_the_sample_settings(folder):
    place = folder / "sample"
    place.mkdir()
    shutil.copy(REPOSITORY / "nab.toml", checkout(place))
    for line in block("Whom to enrol first", 1).splitlines():
        first_of_all = run(place, line.replace("make run", "make -n run")).stdout.splitlines()
        dry = next(one for one in first_of_all if "--dry-run" in one)
        assert run(place, dry.lstrip("@")).returncode == 0, line


def test_a_prepared_machine_is_ready_at_once(second):
    done = run(second.folder, block("Install", 1))  # doctor may miss something on the machine of a test

    assert "ready: nab/base" in done.stdout, done.stderr
    assert "engine" in done.stdout.partition("ready: ")[2]


def test_at_last_nothing_is_left_of_a_checkout(second):
    second.do(block("Uninstall", 1))

    assert second.bench.find_boxes() == []
    assert loop_disks.below(second.bench.paths.root) == []
