import msgspec

from nab.actions.questions import energy
from nab.core.recording.resources import Gpu, GpuUse


def row(time, *gpus):
    return {"time": time, "gpus": msgspec.json.encode(gpus).decode()}


def gpu(joules, processes=1, index=0):
    return Gpu(index=index, energy_joules=joules, box=GpuUse(processes=processes))


def test_joules_are_those_of_gpus_that_the_box_held_and_damaged_rows_are_left_out():
    rows = [
        row(0, gpu(100.0), gpu(0.0, 0, 1)),
        {"time": 5, "gpus": "{damaged"},
        row(10, gpu(350.5), gpu(900.0, 0, 1)),
    ]

    assert energy.joules(rows) == 250.5


def test_without_a_counter_there_are_no_joules_and_not_none_of_them():
    assert energy.joules([]) is None
    assert energy.joules([row(0, gpu(None)), row(10, gpu(None))]) is None
