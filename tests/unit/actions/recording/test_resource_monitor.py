from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from nab.actions.recording import resource_monitor
from nab.core.recording.resources import Gpu, Sample, oom_kills, starved
from nab.core.text import times
from nab.edges.files import files
from nab.paths import RunPaths
from support.records.segmented import cut
from support.repository.benches import bench_on

NOON = datetime(2026, 5, 16, 12, tzinfo=UTC)
RUN = "2026-05-16T130207Z-test-l3"
SEEN = Sample(
    time="2026-05-16T13:40:00.000Z", cpu_seconds=7.5, processes=3, started=True, oom_kills=0, memory_bytes=9,
    memory_limit_hits=0, out_of_memory=0, gpus=(Gpu(index=0, name="x"),),
)  # fmt: skip


def at(seconds):
    return times.text(NOON + timedelta(seconds=seconds))


def recorded(tmp_path, count):
    paths = RunPaths(tmp_path)
    samples = [Sample(time=at(10 * number), cpu_seconds=number, processes=1) for number in range(count)]
    lines = [msgspec.json.encode(sample) + b"\n" for sample in samples]
    paths.resources.write_bytes(b"".join([*lines[:5], b'{"half a li\n', *lines[5:], b'{"time"']))
    return paths


def test_the_samples_since_a_start_are_those_and_little_else_is_looked_at(tmp_path, monkeypatch):
    paths = recorded(tmp_path, 4000)
    assert len(cut(paths.resources, 60_000)) > 3
    looked, real = [], resource_monitor.is_before
    monkeypatch.setattr(resource_monitor, "is_before", lambda *told: looked.append(1) or real(*told))

    since = [sample.cpu_seconds for sample in resource_monitor.samples(paths, at(35_001))]

    assert since == list(range(3501, 4000))
    assert len(looked) < 40
    assert len(list(resource_monitor.samples(paths))) == 4000


def test_a_start_after_everything_and_one_before_it(tmp_path):
    paths = recorded(tmp_path, 50)

    assert list(resource_monitor.samples(paths, at(10_000))) == []
    assert len(list(resource_monitor.samples(paths, at(-10_000)))) == 50


@pytest.fixture
def ended(tmp_path, monkeypatch):
    """Have a box end whose counters went with it. Returns what is on record then."""

    def end(*, seen=SEEN, killed):
        bench = bench_on(tmp_path, "")
        monkeypatch.setattr(resource_monitor, "is_killed", lambda *_: killed)
        files.append_line(bench.run(RUN).resources, msgspec.json.encode(seen))
        resource_monitor.note_unseen_end(bench, RUN, None)
        return list(resource_monitor.samples(bench.run(RUN)))

    return end


def test_a_box_that_took_its_counters_along_has_a_last_sample_as_it_was_last_seen(ended):
    _, last = ended(killed=False)

    assert (last.last, last.started, last.processes, last.gpus) == (True, False, 0, ())
    assert (last.cpu_seconds, last.memory_bytes, last.oom_kills) == (7.5, 9, 0)


def test_a_kill_that_only_the_engine_saw_is_counted_and_is_no_sign_of_a_starved_machine(ended):
    found = ended(killed=True)

    assert found[-1].last and oom_kills(found) == 1
    assert not starved(found)


def test_a_kill_that_was_seen_is_not_counted_again(ended):
    found = ended(seen=msgspec.structs.replace(SEEN, oom_kills=1, out_of_memory=1), killed=True)

    assert found[-1].last and oom_kills(found) == 1


def test_a_last_sample_that_was_taken_is_the_last(ended):
    assert len(ended(seen=msgspec.structs.replace(SEEN, last=True), killed=True)) == 1
