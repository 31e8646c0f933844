"""The machine's own time, from events alone."""

from datetime import timedelta

from nab.core.facts import Poll
from nab.core.log.events import FIRST, Draft, Stamp, seal
from nab.core.text import times
from nab.core.turns.machine_clock import MachineTime, Moment
from support.records.logs import NOON


def told(*events):
    """Return the time told by events: (seconds after noon, boot, monotonic seconds)."""
    time = MachineTime()
    for seconds, boot, mono in events:
        stamp = Stamp(NOON + timedelta(seconds=seconds), boot, mono, "test")
        time.see(seal(Draft(fact=Poll(ok=True)), FIRST, stamp))
    return time


def at(seconds):
    return times.text(NOON + timedelta(seconds=seconds))


def test_seconds_of_one_boot_are_those_of_its_own_clock():
    assert told((0, "a", 100.0), (60, "a", 160.0), (70, "a", 170.0)).now == 70


def test_a_reboot_takes_no_time_however_long_it_took():
    assert told((0, "a", 100.0), (60, "a", 160.0), (9000, "b", 5.0), (9010, "b", 15.0)).now == 70


def test_a_machine_that_slept_and_a_clock_that_was_set_take_no_time():
    assert told((0, "a", 100.0), (8 * 3600, "a", 105.0)).now == 5
    assert told((0, "a", 100.0), (-7200, "a", 110.0), (-7190, "a", 120.0)).now == 20


def test_an_instant_stands_between_the_events_around_it():
    time = told((0, "a", 100.0), (60, "a", 160.0), (9000, "b", 5.0), (9060, "b", 65.0))

    assert [time.at(at(seconds)) for seconds in (-5, 0, 30, 60, 5000, 9000, 9030)] == [
        0,
        0,
        30,
        60,
        60,
        60,
        90,
    ]


def test_a_moment_after_the_last_event_counts_only_in_the_same_boot():
    time = told((0, "a", 100.0), (60, "a", 160.0))

    assert time.of(Moment(NOON, "a", 165.0)) == 65
    assert time.of(Moment(NOON, "b", 500.0)) == 60
