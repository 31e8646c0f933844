"""CPU and GPU seconds of a turn, from samples as the monitor writes them."""

from datetime import timedelta

import msgspec
import pytest

from nab.actions.turns import meters
from nab.core.facts import TurnBegan, TurnEnded
from nab.core.recording.resources import Gpu, GpuUse, Sample
from nab.core.text import times
from support.records.logs import NOON, RUN, WHO, Log
from support.repository.benches import bench_on


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def written(bench, *samples, rest=b""):
    path = bench.run(RUN).resources
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in samples) + rest)


def sample(seconds, cpu, busy=None, ours=True):
    gpus = (
        () if busy is None else (Gpu(index=0, busy_percent=busy, box=GpuUse(processes=1) if ours else None),)
    )
    return Sample(time=times.text(at(seconds)), cpu_seconds=cpu, processes=1, gpus=gpus)


@pytest.fixture
def turn():
    """A log in which one turn was from 0 to 100 seconds, and another one began at 500."""
    log = Log()
    about = {"entrant": WHO, "run": RUN}
    log.add(TurnBegan(because="x"), at(0), **about)
    log.add(TurnEnded(because="x", active_seconds=100), at(100), **about)
    log.add(TurnBegan(because="x"), at(500), **about)
    return log.events


def test_the_cpu_of_a_turn_is_what_grew_since_the_last_sample_of_the_turn_before(tmp_path, turn):
    bench = bench_on(tmp_path)
    written(bench, sample(10, 5.0), sample(95, 40.0), sample(300, 43.0), sample(590, 90.0), rest=b'{"torn')

    assert meters.used(bench, RUN, turn) == (50.0, None)
    assert meters.used(bench, RUN, turn[:1]) == (90.0, None), "a first turn begins at nothing"


def test_a_counter_that_began_again_is_added(tmp_path, turn):
    bench = bench_on(tmp_path)
    written(bench, sample(95, 40.0), sample(510, 50.0), sample(520, 3.0))
    assert meters.used(bench, RUN, turn)[0] == 13.0


def test_gpu_seconds_are_those_of_the_turn_on_gpus_that_the_box_is_on(tmp_path, turn):
    bench = bench_on(tmp_path)
    samples = [sample(300 + 10 * number, 1.0, busy=100) for number in range(20)]
    samples += [sample(500 + 10 * number, 1.0, busy=50) for number in range(6)]
    samples += [sample(560, 1.0, busy=100, ours=False)]
    written(bench, *samples)

    assert meters.used(bench, RUN, turn)[1] == 25.0


def test_where_nothing_was_sampled_nothing_is_claimed(tmp_path, turn):
    assert meters.used(bench_on(tmp_path), RUN, turn) == (None, None)
    assert meters.used(bench_on(tmp_path), RUN, []) == (None, None)
