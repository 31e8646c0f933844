"""A log that lost events stops every program, and is put back from the git remote by the steps of the handbook."""

import re
import shutil
import sys
import textwrap

import pytest

from nab.actions.log import derived, verify
from nab.core.errors import FAILED, NabError
from nab.core.facts import LogLost
from nab.edges import process
from nab.edges.untrusted import workspaces
from support.repository.benches import REPOSITORY, bench_on
from support.worlds.sync import SyncWorld

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")
OPERATIONS = REPOSITORY / "docs" / "operations.md"


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    world = SyncWorld(tmp_path.resolve())
    world.happen(5)
    world.tick()
    return world


def steps(world) -> str:
    """Return the steps of the handbook, for this world; what make does is done by the test."""
    section = OPERATIONS.read_text().partition("### A log that got shorter")[2].partition("\n#")[0]
    block = re.search(r"\n\n((?:    .*\n)+)", section)[1]
    assert "    make verify\n" in block
    steps = textwrap.dedent(block).replace("make verify\n", "")
    return steps.replace(
        "bench-mymachine git@github.com:you/bench-state.git", f"{world.branch} {world.remote}"
    )


def restore(world) -> None:
    process.run("bash", "-e", "-c", steps(world), cwd=world.folder)


def lose(world) -> None:
    for segment in world.bench.paths.events.glob("*.jsonl"):
        segment.write_bytes(b"")


def anew(world):
    return bench_on(world.folder, world.settings)


def script(world, name, *options):
    where = ("--config", str(world.folder / "nab.toml"), "--state", str(world.state))
    return process.run(sys.executable, str(REPOSITORY / "scripts" / name), *where, *options, check=False)


def test_every_program_says_that_the_log_got_shorter_and_makes_nothing_again(world):
    derived.publish(world.bench)
    before = world.bench.paths.overview.read_bytes()
    world.bench.paths.overview.write_bytes(b"{}")
    lose(world)

    for name in (
        "verify.py",
        "status.py",
        "deadman.py",
        "watch_window.py",
        "sync_to_github.py",
        "results.py",
    ):
        ended = script(world, name)
        assert ended.exit_code == FAILED, name
        assert "got shorter: it ends at event 0, and event 5" in ended.stderr, name
        assert "docs/operations.md" in ended.stderr, name
    assert before != world.bench.paths.overview.read_bytes() == b"{}"
    assert [path.read_bytes() for path in world.bench.paths.events.glob("*.jsonl")] == [b""]


def test_the_dead_man_tells_it_before_it_fails(world):
    lose(world)
    told = script(world, "deadman.py")

    assert "ALARM the event log in" in told.stdout
    assert "got shorter" in world.bench.paths.alarms.read_text()


def test_the_remote_keeps_what_a_log_lost(world):
    lose(world)
    with pytest.raises(NabError, match="got shorter"):
        world.tick()

    (segment,) = world.bench.paths.events.glob("*.jsonl")
    assert world.joined(f"events/{segment.name}").count("\n") == 5


@pytest.mark.parametrize(
    "loss", [lose, lambda world: shutil.rmtree(world.bench.paths.events)], ids=["emptied", "gone"]
)
def test_what_the_remote_has_is_put_back_by_the_steps_of_the_handbook(world, loss):
    loss(world)
    world.bench.paths.events.mkdir(exist_ok=True)
    restore(world)

    assert "log: 5 events" in verify.verify(anew(world)).words
    assert anew(world).log.append(LogLost(had=1, head="")).seq == 6
    world.tick()
    world.sound()


def test_what_came_after_the_last_push_is_lost_only_when_a_person_says_so(world):
    world.happen(2)
    lose(world)
    restore(world)
    with pytest.raises(NabError, match="it ends at event 5, and event 7") as raised:
        verify.verify(anew(world))
    assert "make verify ACCEPT=5" in raised.value.hint

    ended = script(world, "verify.py", "--accept", "5")

    assert ended.exit_code == 0, ended.stderr
    assert "log: 6 events" in ended.stdout
    assert anew(world).log.events()[-1].fact.had == 7
    assert anew(world).log.last_seq == 6
    world.bench = anew(world)
    world.happen(1)
    world.tick()
    (segment,) = world.bench.paths.events.glob("*.jsonl")
    assert world.joined(f"events/{segment.name}") == segment.read_text()
    world.sound()
