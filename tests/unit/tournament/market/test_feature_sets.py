from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.tournament.market.feature_sets import GROUPS, MIXED, feature_sets
from nab.tournament.market.market import SIZES

NESTED = ("small", "medium", "all")


def counts(sets, group):
    return tuple(len(set(sets[group]) & set(sets[nested])) for nested in NESTED)


def test_at_full_shape_every_group_has_numerais_number_of_features_in_every_set():
    sets = feature_sets(SIZES["full-shape"])

    assert {group: counts(sets, group) for group in GROUPS} == GROUPS
    assert {name: len(sets[name]) for name in MIXED} == MIXED


@pytest.mark.full
@given(st.integers(8, 42), st.integers(0, 738), st.integers(0, 2775))
def test_at_every_size_no_group_is_empty_in_any_set_and_no_feature_is_in_two(small, more, others):
    size = replace(SIZES["tiny"], small=small, medium=small + more, features=small + more + others)

    sets = feature_sets(size)
    named = [feature for name in (*GROUPS, *MIXED) for feature in sets[name]]

    assert all(min(counts(sets, group)) >= 1 for group in GROUPS)
    assert len(named) == len(set(named))
    assert set(named) <= set(sets["all"])


@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
def test_the_sets_are_the_same_each_time_they_are_asked_for(size):
    assert feature_sets(size) == feature_sets(size)
