import pytest

from nab.results.statistics.multiplicity import holm


def test_holms_own_steps():
    found = holm([0.01, 0.04, 0.03, 0.005], 0.05)

    assert [one.p for one in found] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert [one.rejected for one in found] == [True, False, False, True]


def test_one_that_stands_stops_all_after_it():
    found = holm([0.0001, 0.03, 0.031], 0.05)

    assert [one.rejected for one in found] == [True, False, False]


def test_rejections_only_grow_when_a_p_value_comes_down_from_one():
    before = holm([0.004, 1.0, 1.0, 0.02], 0.02)
    after = holm([0.004, 0.001, 1.0, 0.02], 0.02)

    assert all(not was.rejected or now.rejected for was, now in zip(before, after, strict=True))
    assert sum(one.rejected for one in after) > sum(one.rejected for one in before)
