import random

import pytest

from nab.results.behaviour import research
from nab.results.behaviour.research import Audit, Bounds, Verdict


def test_an_apparent_share_is_put_right_by_what_the_detector_misses():
    assert research.corrected(0.4 * 0.8 + 0.6 * 0.05, 0.8, 0.95) == pytest.approx(0.4)
    assert research.corrected(0.0, 0.8, 0.95) == 0.0
    assert research.corrected(1.0, 0.8, 0.95) == 1.0
    assert research.corrected(0.4, 0.5, 0.5) is None


def seen(draw, sensitivity, specificity, sessions=15, share=0.4):
    """Sessions whose own shares differ, as a detector with these faults sees them."""
    found = []
    for _ in range(sessions):
        mine = draw.betavariate(6 * share, 6 * (1 - share))
        items = draw.randint(8, 24)
        hits = 0
        for _ in range(items):
            truly = draw.random() < mine
            hits += draw.random() < (sensitivity if truly else 1 - specificity)
        found.append((hits, items))
    return found


@pytest.mark.full
@pytest.mark.parametrize(("sensitivity", "specificity", "coverage"), [(0.8, 0.95, 0.90), (0.6, 0.95, 0.92)])
def test_the_interval_covers_the_truth_as_often_as_it_is_said_to(sensitivity, specificity, coverage):
    draw = random.Random(4)
    covered = 0
    for number in range(150):
        audit = Audit(sum(draw.random() < sensitivity for _ in range(100)), 100,
                      sum(draw.random() < specificity for _ in range(100)), 100)  # fmt: skip
        sessions = seen(draw, sensitivity, specificity)
        lo, hi = research.interval(sessions, audit, replicates=120, seed=number)
        covered += lo <= 0.4 <= hi

    assert covered / 150 == pytest.approx(coverage, abs=0.06)


def test_without_labels_or_sessions_there_is_no_interval():
    assert research.interval([(1, 2)] * 9, Audit(0, 0, 0, 0)) is None
    assert research.interval([(1, 2)] * 4, Audit(90, 100, 95, 100)) is None


def test_bounds_that_hold_one_half_tell_nothing():
    assert Bounds(retrieved=12, remembered=3, items=20).verdict is Verdict.RESEARCHING
    assert Bounds(retrieved=3, remembered=12, items=20).verdict is Verdict.REMEMBERING
    assert Bounds(retrieved=6, remembered=6, items=20).verdict is Verdict.NOT_IDENTIFIABLE
    assert Bounds(retrieved=5, remembered=0, items=5).verdict is Verdict.NOT_IDENTIFIABLE
    assert (Bounds(0, 0, 0).low, Bounds(0, 0, 0).high) == (0.0, 1.0)
