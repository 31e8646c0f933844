import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nab.core.errors import NabError
from nab.core.replay import cut
from nab.core.replay.cut import Cut

CUT = Cut(first=101, last=250, files={"v5.3/train.parquet": "a" * 64}, sealed={101: "b" * 64}, truth="c" * 64)


def test_the_newest_eras_with_a_target_are_sealed():
    placed = cut.place(range(1, 251), 1, 150)

    assert (placed.first, placed.last, len(placed.eras)) == (101, 250, 150)
    assert placed.shows(100) and not placed.shows(101)
    assert placed.seals(101) and placed.seals(999)  # what is newer than the sealed eras is served to nobody


@pytest.mark.parametrize(("days", "newest"), [(20, 95), (60, 87)])
def test_an_era_before_the_seal_has_no_target_that_came_in_later(days, newest):
    assert CUT.shows_target(newest, days)
    assert not CUT.shows_target(newest + 1, days)


@given(st.integers(1, 200), st.integers(1, 60))
def test_no_known_target_reaches_into_a_sealed_week(era, days):
    last_week = era + -(-days // cut.DAYS_A_WEEK)

    assert not CUT.shows_target(era, days) or last_week < CUT.first


@pytest.mark.parametrize(
    ("column", "days"), [("target_ender_20", 20), ("target_ender_60", 60), ("target", 60), ("target_x_0", 60)]
)
def test_the_days_of_a_target_are_in_its_name_or_the_longest(column, days):
    assert cut.days_of(column) == days


def test_targets_are_told_from_features():
    assert cut.is_target("target") and cut.is_target("target_victor_60")
    assert not cut.is_target("feature_agile_target_20") and not cut.is_target("era")


@pytest.mark.parametrize(
    ("known", "sealed", "words"),
    [
        (range(1, 251), 19, "19 sealed eras are too few"),
        (range(1, 100), 150, "too short to seal 150"),
        (range(1, 173), 150, "too short to seal 150"),  # 22 are left, and 23 are needed
        ([*range(1, 200), *range(201, 252)], 150, "some have no target"),
        ([], 150, "too short"),
    ],
)
def test_what_cannot_be_cut_is_refused_in_a_sentence(known, sealed, words):
    with pytest.raises(NabError, match=words):
        cut.place(known, 1, sealed)


def test_the_hash_changes_with_whatever_is_served_or_scored_by():
    others = (
        replace(CUT, first=102),
        replace(CUT, files={"v5.3/train.parquet": "d" * 64}),
        replace(CUT, sealed={101: "d" * 64}),
        replace(CUT, truth="d" * 64),
    )

    assert len({CUT.hash, *(one.hash for one in others)}) == 5
    assert CUT.hash == replace(CUT, files=dict(CUT.files)).hash


def test_weekly_eras_of_a_twenty_day_target_overlap_for_four():
    assert (cut.horizon(20), cut.horizon(60)) == (4, 12)
