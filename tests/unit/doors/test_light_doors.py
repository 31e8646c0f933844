"""A light door says what the slow way says, to the byte, and nothing where it cannot know."""

import importlib.util
import json
import re
from contextlib import ExitStack
from datetime import timedelta

import pytest
from click.testing import CliRunner
from msgspec import structs

from nab.actions.log import derived
from nab.core.facts import Cause, Poll, RunEnded, RunEnding
from nab.core.levels import Level
from nab.core.text import times
from nab.core.upkeep.sync.lag import Last
from nab.doors import lock, next_turn, status
from nab.edges import clock
from nab.edges.files import files, locks
from nab.edges.log import heads
from support.engines.quiet_engine import container, quiet_engine
from support.records.logs import RUN, WHO, enrolled, intended, round_seen
from support.repository.benches import REPOSITORY, bench_on

DOORS = {"status": status.answer, "lock": lock.answer, "next_turn": next_turn.answer}
MOVES = re.compile(
    r'("free_(?:bytes|files)": |"look_again": |change at )("?)[\w.:+-]+'
)  # from one look to the next
WAITING = "2026-05-16T090000Z-codex-l4"


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """Serve containers in the place of the engine."""
    with ExitStack() as served:

        def serve(*containers):
            address = served.enter_context(quiet_engine(tmp_path, *containers))
            monkeypatch.setenv("DOCKER_HOST", address)

        yield serve


@pytest.fixture
def bench(tmp_path):
    """A bench whose one run has ended and whose round is over, published."""
    bench = bench_on(tmp_path, '[[entrants]]\nagent = "codex"\nlevel = "L3"\nmodel = "m"\n')
    bench.log.append(intended(), entrant=WHO, run=RUN)
    bench.log.append(
        RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="it ended by itself"),
        entrant=WHO,
        run=RUN,
    )
    bench.log.append(enrolled(), entrant=WHO, run=RUN)
    bench.log.append(round_seen(), round=1269)
    files.replace_json(bench.paths.alarms, {"k": {"text": "something is wrong", "since": "2026-05-16"}})
    derived.publish(bench)
    return bench


def arguments(bench, *more):
    return ["--config", str(bench.config.file), f"--state={bench.paths.root}", *more]


def slow(name, *arguments):
    """Run a script as it is where its light door cannot tell."""
    spec = importlib.util.spec_from_file_location(f"script_{name}", REPOSITORY / f"scripts/{name}.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return CliRunner().invoke(script.main, arguments, catch_exceptions=False)


def still(told):
    return MOVES.sub(r"\1\2", told)


def both(bench, name, *more):
    """Return what both ways say, as far as it stands still."""
    light, said = DOORS[name](arguments(bench, *more)), slow(name, *arguments(bench, *more))
    assert said.exit_code == 0, said.output
    return still(f"{light}\n"), still(said.stdout)


def is_left(name, bench, *more):
    """Say whether the light door leaves it to the slow way."""
    shown = {"status": status, "lock": lock, "next_turn": next_turn}[name].is_shown
    return not shown(arguments(bench, *more))


def lives(bench, run, status, name):
    return container(name, status, {"nab.run": run, "nab.state": str(bench.paths.root), "nab.role": "agent"})


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("name", DOORS)
def test_a_light_door_says_what_the_slow_way_says(bench, engine, name, more):
    engine()
    light, said = both(bench, name, *more)

    assert light == said
    assert len(light) > 20


@pytest.mark.parametrize("more", [(), ("--json",), ("--json", "--slot", "gpu0")], ids=str)
def test_lock_tells_of_a_box_that_holds_the_slot_of_one_that_waits_and_of_who_decides(bench, engine, more):
    waits = structs.replace(intended(level=Level.L4))
    bench.log.append(waits, entrant="codex-l4", run=WAITING)
    derived.publish(bench)
    engine(lives(bench, RUN, "running", "nab-slot-gpu0"), lives(bench, WAITING, "paused", "nab-wait-one"))
    with (
        locks.held(bench.paths.scheduler_lock, what="the scheduler"),
        locks.held(bench.run(RUN).lock("attend"), what="it"),
    ):
        light, said = both(bench, "lock", *more)

    assert light == said
    assert WAITING in light


def test_status_tells_of_boxes_and_of_events_that_came_since(bench, engine):
    engine(lives(bench, RUN, "paused", "nab-slot-gpu0"))
    bench.log.append(Poll(ok=True), entrant=WHO)
    light, said = both(bench, "status")

    assert light == said
    assert "1 newer events are not shown yet" in light
    assert both(bench, "status", "--json")[0] == both(bench, "status", "--json")[1]


def test_status_tells_where_the_sync_stands(tmp_path, engine):
    bench = bench_on(tmp_path, '[sync]\nremote = "somewhere"\n')
    bench.paths.sync.mkdir(parents=True)
    long_ago = times.text(clock.now() - timedelta(hours=40))
    noted = {"schema": 1, "remote": "somewhere", "branch": "b", "checked": long_ago, "arrived": long_ago}
    files.replace_json(bench.paths.sync / "last.json", Last(**noted))
    derived.publish(bench)
    engine()
    for more in ((), ("--json",)):
        light, said = (re.sub(r"lag_seconds.*", "", one) for one in both(bench, "status", *more))
        assert light == said
        assert "at somewhere, b, since 40.0 h" in light


def segment(bench):
    (path,) = bench.paths.events.glob("*.jsonl")
    return path


def shorten(bench, keep):
    lines = segment(bench).read_bytes().splitlines(keepends=True)
    segment(bench).write_bytes(b"".join(lines[:keep]))
    return ()


def changed(bench):
    segment(bench).write_bytes(segment(bench).read_bytes()[:-9] + b"!" * 8 + b"\n")
    return ()


def torn(bench):
    segment(bench).write_bytes(segment(bench).read_bytes() + b'{"crc"')
    return ()


LEFT = {
    "an option that it does not know": lambda bench: ("--help",),
    "an option without a value": lambda bench: ("--slot",),
    "a slot that is not there": lambda bench: ("--slot", "gpu9"),
    "other settings": lambda bench: bench.config.file.write_text("[limits]\ncpus = 3\n") and (),
    "nothing is derived": lambda bench: bench.paths.doors.unlink() or (),
    "what is derived is torn": lambda bench: bench.paths.doors.write_text('{"schema": 1,') and (),
    "another version derived it": lambda bench: (
        bench.paths.doors.write_text(bench.paths.doors.read_text().replace('"schema":1', '"schema":0')) and ()
    ),
    "the log got shorter": lambda bench: shorten(bench, keep=2),
    "the log is gone": lambda bench: shorten(bench, keep=0),
    "its last line was changed": changed,
    "its end is torn": torn,
    "it is known to have gone farther": lambda bench: (
        heads.note(bench.paths.events, heads.noted(bench.paths.events)._replace(seq=99)) or ()
    ),
}


@pytest.mark.parametrize("what", LEFT)
def test_what_a_light_door_cannot_know_is_left_to_the_slow_way(bench, engine, capsys, what):
    engine()
    assert [name for name in DOORS if is_left(name, bench)] == []
    more = LEFT[what](bench)

    capsys.readouterr()
    assert [name for name in DOORS if not is_left(name, bench, *more)] == []
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", DOORS)
def test_an_engine_that_does_not_answer_is_for_the_slow_way_to_tell_of(bench, monkeypatch, tmp_path, name):
    for address in (f"unix://{tmp_path}/none", "tcp://127.0.0.1:1"):
        monkeypatch.setenv("DOCKER_HOST", address)
        assert is_left(name, bench)


def test_next_is_left_to_who_decides_where_the_log_has_grown_a_run_waits_or_a_window_may_be_open(
    bench, engine
):
    engine()
    assert not is_left("next_turn", bench)
    known = json.loads(bench.paths.doors.read_text())
    for change in (
        {"wanted": ["nab-slot-gpu0"]},
        {"window_over": times.text(clock.now() + timedelta(hours=1))},
    ):
        bench.paths.doors.write_text(json.dumps(known | change))
        assert is_left("next_turn", bench)
    derived.publish(bench)
    bench.log.append(Poll(ok=True), entrant=WHO)
    assert is_left("next_turn", bench)


def test_status_looks_itself_at_a_run_that_goes_on_and_lock_at_one_that_nobody_knows(bench, engine):
    engine(lives(bench, "2026-05-16T090000Z-other", "paused", "nab-wait-other"))
    assert is_left("lock", bench)
    bench.log.append(intended(level=Level.L4), entrant="codex-l4", run=WAITING)
    derived.publish(bench)
    assert is_left("status", bench)


def test_words_that_may_drive_a_terminal_are_left_to_the_guard_of_the_slow_way(bench, engine):
    engine()
    files.replace_json(bench.paths.alarms, {"k": {"text": "\x1b[2J", "since": "2026-05-16"}})

    assert is_left("status", bench)
    assert both(bench, "status", "--json")[0] == both(bench, "status", "--json")[1]


def test_without_the_file_of_the_settings_there_is_no_light_door_and_all_else_is_published(bench):
    bench.config.file.unlink()
    bench.paths.overview.unlink()
    derived.publish(bench)

    assert (bench.paths.doors.exists(), bench.paths.overview.exists()) == (False, True)
