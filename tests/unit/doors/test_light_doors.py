"""A light door says what the slow way says, to the byte, and nothing where it cannot know."""

import json
import re
from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.log import derived
from nab.core.facts import Cause, Poll, RunEnded, RunEnding, Tick
from nab.core.levels import Level
from nab.core.text import times
from nab.core.upkeep.sync.lag import Last
from nab.core.windows.window import Window
from nab.edges import clock
from nab.edges.files import files, locks
from nab.edges.log import heads
from support.records.logs import RUN, WHO, enrolled, intended, round_seen
from support.repository.benches import bench_on
from support.repository.doors import DOORS, both, is_left, lives

WAITING = "2026-05-16T090000Z-codex-l4"


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
        assert "reached somewhere, b 40.0 h ago" in light


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
        bench.paths.doors.write_text(bench.paths.doors.read_text().replace('"schema":2', '"schema":1')) and ()
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


GROWN = {
    "nothing": None,
    "what changes no turn": Poll(ok=True),
}
LEFT_TO_WHO_DECIDES = {
    "a tick, which may say that Numerai is silent": Tick(window=Window.UNKNOWN, decisions={}),
    "a run that is intended": intended(agent="gemini"),
}


@pytest.mark.parametrize("fact", GROWN.values(), ids=GROWN)
def test_next_tells_of_nobody_though_the_log_has_grown_and_a_window_is_open(bench, engine, fact):
    engine()
    opens, closes = (times.text(clock.now() + timedelta(hours=one)) for one in (-1.5, 3.5))
    bench.log.append(
        structs.replace(round_seen(), opens=opens, closes=closes, closes_staking=closes), round=1270
    )
    derived.publish(bench)
    if fact:
        bench.log.append(fact, entrant=WHO)
    light, said = both(bench, "next_turn", "--json")

    assert light == said
    assert json.loads(light)["because"] == "nobody waits"


@pytest.mark.parametrize("fact", LEFT_TO_WHO_DECIDES.values(), ids=LEFT_TO_WHO_DECIDES)
def test_next_is_left_to_who_decides_where_something_was_written_since_that_may_change_it(
    bench, engine, fact
):
    engine()
    assert not is_left("next_turn", bench)
    bench.log.append(fact, entrant="gemini-l3", run=f"{RUN}-b")
    assert is_left("next_turn", bench)
    derived.publish(bench)
    assert not is_left("next_turn", bench)


def test_lock_is_left_to_the_slow_way_where_a_box_waits_that_nobody_knew(bench, engine):
    engine(lives(bench, "2026-05-16T090000Z-other", "paused", "nab-wait-other"))
    assert is_left("lock", bench)


def test_words_that_may_drive_a_terminal_are_left_to_the_guard_of_the_slow_way(bench, engine):
    engine()
    files.replace_json(bench.paths.alarms, {"k": {"text": "\x1b[2J", "since": "2026-05-16"}})

    assert is_left("status", bench)
    assert both(bench, "status", "--json")[0] == both(bench, "status", "--json")[1]


def test_what_is_derived_is_of_the_settings_in_the_file_though_who_derives_it_began_with_others(
    bench, engine
):
    engine()
    bench.config.file.write_text('[sync]\nremote = "somewhere"\n')
    assert is_left("status", bench)
    derived.publish(bench)  # a launcher that began before

    light, said = both(bench, "status")
    assert light == said
    assert "somewhere" in light


@pytest.mark.parametrize("text", ["[sync", "[nothing]\n"])
def test_of_settings_that_are_none_the_slow_way_tells(bench, engine, text):
    engine()
    bench.config.file.write_text(text)
    derived.publish(bench)

    assert [name for name in DOORS if not is_left(name, bench)] == []


def test_without_the_file_of_the_settings_there_is_no_light_door_and_all_else_is_published(bench):
    bench.config.file.unlink()
    bench.paths.overview.unlink()
    derived.publish(bench)

    assert (bench.paths.doors.exists(), bench.paths.overview.exists()) == (False, True)
