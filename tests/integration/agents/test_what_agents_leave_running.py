"""A real agent leaves a process behind that submits: it is seen, told to the next session, and named as the one."""

import json

import pytest

from nab.actions.recording.processes import leftovers
from nab.core.facts import OrphanSeen, SessionEnded, UploadSeen
from nab.core.text import times
from support.worlds.coding import coding_world

pytestmark = pytest.mark.timeout(300)
PACE = ("--rounds-every", "600", "--window", "590", "--scoring-day", "0.3")


@pytest.fixture(scope="module")
def world():
    """A world in which an agent at L4 is in its second session, and something of its first one has submitted."""
    with coding_world("submits-on:seconds=25", *PACE) as made:
        made.begin("codex", "L4")
        made.until(lambda: len(made.started()) >= 2, 120)
        made.until(lambda: made.facts(UploadSeen), 90)
        yield made


def first(world, kind):
    return next(event for event in world.bench.log.events() if isinstance(event.fact, kind))


def test_it_is_on_record_within_ten_seconds_of_its_sessions_end(world):
    left, ended = first(world, OrphanSeen), first(world, SessionEnded)

    assert left.fact.session == ended.fact.session == "work-1"
    assert "submit.sh" in left.fact.argv
    assert (times.parse(left.known) - times.parse(ended.fact.ended)).total_seconds() < 10


def test_the_next_session_is_told_of_it_and_can_look_it_up(world):
    left = first(world, OrphanSeen).fact
    (told,) = world.started()[1].leftovers

    assert told.startswith(f"process {left.pid}: sh -c 'sleep 25; ./submit.sh")
    said = b"".join(world.transcripts("codex", world.paths.home.own_path).values()).decode()
    assert json.dumps(told)[1:-1] in said
    box = world.bench.engine.containers.get(world.run.container)
    assert f"process {left.pid}:" in box.exec_run(["cat", "/run/nab/processes.md"]).output.decode()


def test_it_is_still_listed_after_the_program_was_started_again(world):
    left = first(world, OrphanSeen).fact

    assert left.pid in [one.pid for one in leftovers.seen(world.paths)]
    assert "1 process left by work-1: sh -c" in " ".join(world.script("status.py").stdout.split())
    assert f"process {left.pid} outlived work-1" in " ".join(
        world.script("watch.py", "--run", world.run.name, "--no-follow").stdout.split()
    )


def test_what_it_submitted_is_its_own(world):
    left, upload = first(world, OrphanSeen).fact, first(world, UploadSeen)

    assert upload.fact.by == f"leftover:{left.identity}"
    assert upload.run == world.run.name
    assert upload.round is None or upload.round > 0
