from datetime import timedelta

import msgspec
import pytest

from nab.actions.recording import engine_events
from nab.actions.runs.ending import evidence
from nab.core.facts import Cause
from nab.core.recording.engine_events import EngineEvent
from nab.core.recording.resources import Sample
from nab.core.runs.ending.responsibility import ENGINE, GOING_DOWN, REBOOTED, STARVED
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import boxes, engine
from nab.edges.docker import engine_events as told_by_engine
from nab.edges.docker.engine import EngineSilent
from nab.edges.files import files
from nab.edges.host import machine
from support.repository.benches import bench_on

RUN, STARTED = "2026-05-16T130207Z-codex-l3", "2026-05-16T13:02:10.000000Z"
KILL = EngineEvent(time="2026-05-16T14:00:00.000000Z", box="c1", what="kill", signal="9")
DIE = EngineEvent(time="2026-05-16T14:00:00.100000Z", box="c1", what="die", exit_code=137)


class World:
    """An engine that tells what it is given here, on a machine that is as it is given here."""

    def __init__(self, folder, monkeypatch):
        self.bench = bench_on(folder)
        self.bench.__dict__["engine"] = object()
        self.remembers, self.stands, self.began, self.stops = [], True, "", False
        monkeypatch.setattr(told_by_engine, "told", lambda *_: iter(self.remembers))
        monkeypatch.setattr(engine, "ping", lambda: self.stands)
        monkeypatch.setattr(engine, "began", lambda _: self.began)
        monkeypatch.setattr(machine, "is_going_down", lambda: self.stops)

    def end(self, *, boot=None, code=137, **more):
        box = boxes.Box("c1", "nab-slot-a", "exited", {}, code, STARTED, "2026-05-16T14:00:00.2Z", 0)
        start = evidence.Start(RUN, "c1", STARTED, boot or clock.boot_id())
        return evidence.of_start(self.bench, start, more.get("box", box))


@pytest.fixture
def world(tmp_path, monkeypatch):
    return World(tmp_path, monkeypatch)


def test_what_the_engine_still_remembers_is_kept_and_decides(world):
    world.remembers = [KILL, DIE]

    end = world.end()

    assert (end.doing.cause, end.doing.words) == (
        Cause.HARNESS,
        "docker kill (SIGKILL) from outside at 14:00:00 UTC",
    )
    assert (end.exit_code, end.finished_at, end.engine) == (137, DIE.time, (KILL.text, DIE.text))
    world.end()
    assert len(world.bench.run(RUN).engine_events.read_text().splitlines()) == 2


def test_what_was_followed_is_known_where_the_engine_has_forgotten(world):
    engine_events.keep(world.bench, RUN, [KILL, DIE])
    with world.bench.run(RUN).engine_events.open("a") as file:
        file.write('{"time": "2026-05-16T14:0')

    assert world.end().doing.cause is Cause.HARNESS
    assert world.end(box=None).gone


def test_an_end_by_itself_an_engine_that_forgot_and_a_reboot_are_told_apart(world):
    assert world.end().doing.cause is Cause.UNKNOWN
    assert world.end(boot="another1").doing.words == REBOOTED
    world.remembers = [DIE]
    assert world.end().doing.cause is Cause.AGENT
    assert world.end(boot="another1").doing.words == REBOOTED
    world.stops = True
    assert world.end().doing.words == GOING_DOWN
    world.began = "2026-05-16T15:00:00.000Z"
    assert world.end().doing.words == ENGINE


def test_nothing_is_judged_by_an_engine_that_takes_no_new_connection(world):
    world.remembers, world.stands = [DIE], False

    with pytest.raises(EngineSilent):
        world.end()


def test_only_what_was_sampled_in_this_start_tells_of_its_memory(world):
    world.remembers = [DIE]
    at = times.parse(STARTED)
    for minutes, kills in ((-5, 3), (5, 0), (6, 1)):
        sample = Sample(
            time=times.text(at + timedelta(minutes=minutes)), cpu_seconds=1, processes=1, oom_kills=kills,
            memory_limit_hits=0, out_of_memory=0,
        )  # fmt: skip
        files.append_line(world.bench.run(RUN).resources, msgspec.json.encode(sample))
    assert world.end().doing.words == STARVED

    world.bench.run(RUN).resources.unlink()
    files.append_line(
        world.bench.run(RUN).resources,
        msgspec.json.encode(
            Sample(time=times.text(at - timedelta(1)), cpu_seconds=1, processes=1, oom_kills=3)
        ),
    )
    assert world.end().doing.words == "its box ended with exit code 137"


def test_a_box_that_went_with_its_machine_ended_when_it_last_gave_a_sign_of_life(world, monkeypatch):
    monkeypatch.setattr(clock, "booted", lambda: times.parse("2026-05-16T14:00:00.000000Z"))
    assert world.end().finished_at == "2026-05-16T14:00:00.2Z"  # the engine's word, which saw it end
    assert world.end(boot="another1").finished_at == STARTED
    sampled = Sample(time="2026-05-16T13:40:00.000000Z", cpu_seconds=1, processes=1)
    files.append_line(world.bench.run(RUN).resources, msgspec.json.encode(sampled))
    assert world.end(boot="another1").finished_at == sampled.time
    world.remembers = [KILL]  # as the engine was being ended
    assert world.end(boot="another1").finished_at == KILL.time
    monkeypatch.setattr(clock, "booted", lambda: times.parse("2026-05-16T14:00:01.000000Z"))
    assert world.end(boot="another1").finished_at == "2026-05-16T14:00:00.2Z"  # it was there to see it
