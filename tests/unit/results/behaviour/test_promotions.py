import random

import pytest

from nab.core.intervals import Interval
from nab.results.behaviour import promotions
from nab.results.behaviour.promotions import Choice


def search(draw, likeness, k=40):
    """Draw candidates with CORR and MMC that are so alike."""
    found = {}
    for i in range(k):
        corr = draw.gauss(0, 1)
        found[str(i)] = {"corr": corr, "mmc": likeness * corr + (1 - likeness**2) ** 0.5 * draw.gauss(0, 1)}
    return found


def promoted(draw, likeness, by, times=8):
    found = []
    for _ in range(times):
        known = search(draw, likeness)
        found.append(Choice(max(known, key=lambda one: known[one][by]), known))
    return found


def test_whoever_picks_by_corr_hits_it_every_time_and_not_by_chance():
    found = promotions.argmax_hits(promoted(random.Random(1), 0.5, "corr"), "corr")

    assert (found.hits, found.of) == (8, 8)
    assert found.p == pytest.approx(40.0**-8)


def test_ties_and_what_was_never_measured_count_as_they_are():
    known = {"a": {"corr": 1.0}, "b": {"corr": 1.0}, "c": {"corr": 0.0}, "d": {}}

    found = promotions.argmax_hits(
        [Choice("a", known), Choice("d", known), Choice("a", {"a": {"corr": 1}})], "corr"
    )

    assert (found.hits, found.of) == (1, 1)
    assert found.p == pytest.approx(2 / 3)


@pytest.mark.full
@pytest.mark.parametrize(
    ("likeness", "differ", "power"), [(0.5, 0.84, 0.81), (0.9, 0.47, 0.15), (0.95, 0.34, 0.03)]
)
def test_which_of_two_metrics_was_gone_by_can_be_told_as_often_as_they_differ(likeness, differ, power):
    draw = random.Random(9)
    found = [promotions.contest(promoted(draw, likeness, "corr")) for _ in range(150)]

    assert sum(one.disagree for one in found) / (8 * 150) == pytest.approx(differ, abs=0.04)
    assert sum(one.p <= 0.05 for one in found) / 150 == pytest.approx(power, abs=0.12)
    assert all(one.second == 0 for one in found)


def test_metrics_that_name_the_same_best_tell_nothing():
    known = {"a": {"corr": 2.0, "mmc": 2.0}, "b": {"corr": 1.0, "mmc": 1.0}}

    assert not promotions.contest([Choice("a", known)] * 8).identifiable


def busy(draw, sessions=20):
    """Somebody who diagnoses and promotes while awake, the one without regard to the other."""
    awake = [Interval(day * 86400.0, day * 86400.0 + 7200) for day in range(sessions)]
    diagnosed = [draw.uniform(one.began, one.ended) for one in awake for _ in range(4)]
    promoted = [draw.uniform(one.began, one.ended) for one in draw.sample(awake, 8)]
    return promoted, diagnosed, awake


@pytest.mark.full
def test_precedence_within_sessions_is_seldom_found_where_there_is_none():
    draw = random.Random(3)
    everywhere = [Interval(0.0, 20 * 86400.0)]
    within = anywhere = 0
    for _ in range(300):
        moments, diagnosed, awake = busy(draw)
        within += promotions.precedence(moments, diagnosed, awake, 1800).p <= 0.05
        anywhere += promotions.precedence(moments, diagnosed, everywhere, 1800).p <= 0.05

    assert within / 300 <= 0.05
    assert anywhere / 300 == pytest.approx(0.93, abs=0.08)


def test_precedence_is_found_where_every_promotion_follows_a_diagnosis():
    awake = [Interval(day * 86400.0, day * 86400.0 + 7200) for day in range(8)]
    diagnosed = [one.began + 3000 for one in awake]

    found = promotions.precedence([one + 60 for one in diagnosed], diagnosed, awake, 300)

    assert found.share.hits == found.share.of == 8
    assert found.p < 1e-8
    assert promotions.precedence([9e9], diagnosed, awake, 300).share.of == 0
