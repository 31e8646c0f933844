"""Weeks on paper with the real ledger, decisions and steps: everybody's share, whatever happens."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.worlds.turns import DAY, HOUR, WEEK, Happening, PaperMachine, play

L4S = ("claude-l4", "codex-l4", "gemini-l4", "crashing-l4")


def spread(machine, week, names):
    """Return by how many seconds the most served entrant of a week was ahead of the least served one."""
    had = [machine.worked[week][name] for name in names]
    return max(had) - min(had)


def eight_weeks(seed):
    """Return what befalls a machine with six entrants: four at L4, one of which crashes, and two at L3."""
    draw = random.Random(seed)

    def any_time(week):
        return week * WEEK + draw.random() * 0.9 * WEEK

    found = [Happening(0, "join", name) for name in L4S]
    for week in range(8):
        found += [Happening(any_time(week), "alone", name) for name in ("claude-l3", "codex-l3")]
        found += [Happening(any_time(week), "down", seconds=draw.random() * 8 * HOUR) for _ in range(2)]
        found += [Happening(any_time(week), "silent", seconds=draw.random() * 10 * HOUR) for _ in range(2)]
        found += [Happening(any_time(week), "gap", seconds=draw.random() * HOUR / 2) for _ in range(8)]
        found += [Happening(any_time(week), "crash", "crashing-l4", 900 * draw.random()) for _ in range(24)]
        found += [Happening(any_time(week), "crash", draw.choice(L4S[:3]), 60) for _ in range(6)]
    return found


@pytest.mark.full
@pytest.mark.parametrize("slice_hours", [1.0, 2.0])
@pytest.mark.parametrize("seed", range(4))
def test_in_eight_weeks_with_outages_and_a_crashing_agent_weekly_shares_lie_within_two_slices(
    seed, slice_hours
):
    machine = play(PaperMachine(slice_hours=slice_hours), eight_weeks(seed), 8 * WEEK)

    assert max(spread(machine, week, L4S) for week in range(8)) <= 2 * slice_hours * HOUR
    assert min(machine.worked[week][name] for week in range(8) for name in L4S) > 12 * HOUR
    assert (machine.both, machine.most_awake) == (1, 1), (
        "one has the slot, and outside windows nobody else is awake"
    )
    assert machine.exclusive_seconds > 8 * DAY
    assert machine.exclusive_seconds < machine.sliced_seconds + DAY, "at most every other day"


HAPPENINGS = st.lists(
    st.one_of(
        st.builds(Happening, st.floats(0, 2 * WEEK), st.just("down"), st.just(""), st.floats(60, 8 * HOUR)),
        st.builds(
            Happening, st.floats(0, 2 * WEEK), st.just("silent"), st.just(""), st.floats(60, 12 * HOUR)
        ),
        st.builds(Happening, st.floats(0, 2 * WEEK), st.just("gap"), st.just(""), st.floats(60, HOUR / 4)),
        st.builds(
            Happening, st.floats(0, 2 * WEEK), st.just("crash"), st.sampled_from(L4S), st.floats(1, 900)
        ),
        st.builds(Happening, st.floats(0, WEEK), st.just("join"), st.sampled_from(["new-l4", "newer-l4"])),
        st.builds(
            Happening, st.floats(0, 2 * WEEK), st.just("alone"), st.sampled_from(["a-l3", "b-l1", "c-l2"])
        ),
    ),
    max_size=40,
)


@pytest.mark.full
@settings(max_examples=15)
@given(happenings=HAPPENINGS, slice_hours=st.sampled_from([1.0, 1.5, 2.0]))
def test_whatever_happens_those_who_were_there_all_week_had_the_same_within_two_slices(
    happenings, slice_hours
):
    start = [Happening(0, "join", name) for name in L4S]
    machine = play(PaperMachine(slice_hours=slice_hours), [*start, *happenings], 2 * WEEK)
    newcomers = [one.whom for one in happenings if one.what == "join"]

    for week, names in ((0, L4S), (1, (*L4S, *set(newcomers)))):
        assert spread(machine, week, names) <= 2 * slice_hours * HOUR
    assert (machine.both, machine.most_awake) <= (1, 1)
    assert machine.exclusive_seconds <= machine.sliced_seconds + DAY + HOUR * slice_hours


@pytest.mark.full
def test_a_newcomer_starts_at_the_minimum_and_keeps_nobody_waiting_for_weeks():
    happenings = [Happening(0, "join", name) for name in L4S] + [Happening(WEEK, "join", "new-l4")]
    machine = play(PaperMachine(), happenings, 2 * WEEK)

    assert spread(machine, 1, (*L4S, "new-l4")) <= 2 * HOUR
    assert max(machine.longest_wait.values()) <= 6 * HOUR


@pytest.mark.full
def test_whoever_was_away_for_long_comes_back_as_a_newcomer():
    happenings = [Happening(0, "join", name) for name in L4S]
    happenings += [Happening(HOUR / 2, "crash", L4S[0], 6 * DAY)]
    machine = play(PaperMachine(), [*happenings, Happening(HOUR * 3, "crash", L4S[0], 6 * DAY)], 2 * WEEK)

    assert spread(machine, 1, L4S) <= 2 * HOUR


@pytest.mark.full
def test_an_outage_of_numerai_passes_the_slot_on_as_ever_and_is_forgiven_to_all():
    happenings = [Happening(0, "join", name) for name in L4S] + [Happening(DAY, "silent", seconds=2.5 * HOUR)]
    machine = play(PaperMachine(), happenings, WEEK)

    assert spread(machine, 0, L4S) <= 2 * HOUR
    assert max(machine.longest_wait.values()) <= 6 * HOUR


@pytest.mark.full
def test_time_without_a_proxy_is_made_up_for():
    happenings = [Happening(0, "join", name) for name in L4S]
    happenings += [Happening(hour * HOUR + 600, "gap", seconds=HOUR / 2) for hour in range(0, 7 * 24, 5)]
    machine = play(PaperMachine(), happenings, WEEK)
    rows = {row.entrant: row for row in machine.ledger.rows(machine.moment())}

    assert sum(row.lost for row in rows.values()) > 4 * HOUR
    assert all(abs(row.active - machine.worked[0][name]) < 1 for name, row in rows.items())
    assert spread(machine, 0, L4S) <= 2 * HOUR


@pytest.mark.full
def test_the_ledger_agrees_with_the_truth():
    happenings = eight_weeks(7)
    machine = play(PaperMachine(), [one for one in happenings if one.at < 2 * WEEK], 2 * WEEK)
    rows = {row.entrant: row.active for row in machine.ledger.rows(machine.moment())}

    for name, active in rows.items():
        truth = machine.worked[0][name] + machine.worked[1][name]
        assert active == pytest.approx(truth, abs=12 * 310), "a boot or a silence is known to five minutes"


@pytest.mark.full
def test_however_many_runs_want_the_machine_to_themselves_the_l4_agents_have_half_of_it():
    happenings = [Happening(0, "join", name) for name in L4S]
    happenings += [Happening(HOUR + number, "alone", f"agent{number}-l3") for number in range(10)]
    machine = play(PaperMachine(), happenings, WEEK)

    assert machine.exclusive_seconds >= 3 * DAY
    assert machine.exclusive_seconds <= machine.sliced_seconds + DAY
    assert spread(machine, 0, L4S) <= 2 * HOUR


@pytest.mark.full
def test_a_slice_is_long_enough_to_work_in():
    machine = play(PaperMachine(), [Happening(0, "join", name) for name in L4S], WEEK)
    rows = machine.ledger.rows(machine.moment())

    assert sum(row.turns for row in rows) <= 7 * 24 + 1
    assert max(machine.longest_wait.values()) <= 3.5 * HOUR
