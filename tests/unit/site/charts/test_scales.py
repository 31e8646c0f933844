from itertools import pairwise

from nab.site.charts import scales
from nab.site.charts.scales import Scale


def test_ticks_are_round_and_within_the_ends():
    assert scales.ticks(-0.016, 0.016, 6) == [-0.015, -0.01, -0.005, 0.0, 0.005, 0.01, 0.015]
    assert scales.ticks(1402, 1601, 6) == [1425.0, 1450.0, 1475.0, 1500.0, 1525.0, 1550.0, 1575.0, 1600.0]


def test_a_scale_around_zero_holds_all_values_and_is_the_same_on_either_side():
    low, high = scales.around_zero([-0.013, 0.002])

    assert low == -high and high >= 0.013
    assert scales.around_zero([]) == (-0.004, 0.004)


def test_what_is_outside_stands_at_the_edge():
    scale = Scale(0, 10, 100, 200)

    assert [scale(value) for value in (-5, 0, 5, 20)] == [100, 100, 150, 200]
    assert Scale(3, 3, 0, 10)(3) == 5


def test_labels_move_apart_in_their_order_and_stay_within_the_ends():
    moved = scales.apart([50, 52, 51, 99], 10, 0, 100)

    ordered = sorted(moved)
    assert all(high - low >= 10 - 1e-9 for low, high in pairwise(ordered))
    assert max(moved) <= 100
    assert moved[0] < moved[2] < moved[1] < moved[3]


def test_a_tick_has_its_sign_and_no_more_digits_than_it_needs():
    assert [scales.written(one) for one in (0.0, 0.005, -0.01, 0.0025)] == [
        "0",
        "+0.005",
        "\u22120.01",
        "+0.0025",
    ]
