"""Intervals, against sets: a list of them is the set of the instants and of the whole seconds that it covers."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.intervals import Interval, length, merged, shared, without
from support.records.logs import NOON

INTERVALS = st.lists(st.builds(Interval, st.integers(0, 40), st.integers(0, 40)), max_size=8)
MERGED = INTERVALS.map(merged)


def instants(intervals):
    """Return the whole instants (even) and what lies between two (odd)."""
    return {half for one in intervals for half in range(2 * one.began, 2 * one.ended + 1)}


def seconds(intervals):
    return {half for half in instants(intervals) if half % 2}


def of_day(one):
    """Return the same interval by the calendar."""
    return Interval(NOON + timedelta(seconds=one.began), NOON + timedelta(seconds=one.ended))


@given(INTERVALS)
def test_merged_covers_the_same_in_order_and_apart(intervals):
    found = merged(intervals)

    assert instants(found) == instants(intervals)
    assert all(before.ended < after.began for before, after in pairwise(found))
    assert all(one.began <= one.ended for one in found)


@given(INTERVALS, st.randoms(use_true_random=False))
def test_merged_is_the_same_in_any_order_and_merged_again(intervals, chance):
    mixed = list(intervals)
    chance.shuffle(mixed)

    assert merged(mixed) == merged(intervals) == merged(merged(intervals))


@given(MERGED, MERGED)
def test_lengths_add_up_but_for_what_is_shared(some, others):
    assert length(some) == len(seconds(some))
    assert length(merged([*some, *others])) == length(some) + length(others) - length(shared(some, others))


@pytest.mark.full
@given(MERGED, MERGED)
def test_shared_lies_in_both_whoever_is_asked_first(some, others):
    assert shared(some, others) == shared(others, some)
    assert instants(shared(some, others)) == instants(some) & instants(others)


@pytest.mark.full
@given(MERGED)
def test_all_is_shared_with_itself_and_nothing_with_nothing(intervals):
    assert shared(intervals, intervals) == intervals
    assert shared(intervals, []) == []


@given(MERGED, MERGED)
def test_what_is_left_without_gaps_is_what_they_do_not_share(intervals, gaps):
    left = without(intervals, gaps)

    assert seconds(left) == seconds(intervals) - seconds(gaps)
    assert length(left) == length(intervals) - length(shared(intervals, gaps))


@pytest.mark.full
@given(MERGED, MERGED)
def test_the_calendar_and_a_clock_come_to_the_same(some, others):
    days = [of_day(one) for one in some], [of_day(one) for one in others]

    assert merged([*days[0], *days[1]]) == [of_day(one) for one in merged([*some, *others])]
    assert length(shared(*days)) == length(shared(some, others))
    assert without(*days) == [of_day(one) for one in without(some, others)]


def test_an_interval_that_ends_before_it_begins_is_none_but_an_instant_is_one():
    assert merged([Interval(5, 3), Interval(4, 4)]) == [Interval(4, 4)]
    assert length([Interval(4, 4)]) == 0


@pytest.mark.parametrize(
    ("instant", "holds", "nearest"),
    [(0, False, 1), (1, True, 1), (2, True, 2), (3, True, 3), (9, False, 3)],
)
def test_an_instant_lies_in_an_interval_or_nearer_to_one_of_its_ends(instant, holds, nearest):
    one = Interval(1, 3)

    assert (one.holds(instant), one.nearest(instant)) == (holds, nearest)
