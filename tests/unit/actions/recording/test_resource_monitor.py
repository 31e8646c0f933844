from datetime import UTC, datetime, timedelta

import msgspec

from nab.actions.recording import resource_monitor
from nab.core.recording.resources import Sample
from nab.core.text import times
from nab.paths import RunPaths
from support.records.segmented import cut

NOON = datetime(2026, 5, 16, 12, tzinfo=UTC)


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
