import numpy as np
import pytest

from nab.results.statistics import contrasts
from nab.results.statistics.contrasts import Course
from support.statistics import generator


def rising(n, per_60, sd=0.0005, seed=1):
    (noise,) = generator.differences(1, n, sd=sd, seed=seed)
    return [float(per_60 * i / 60 + one) for i, one in enumerate(noise)]


def test_a_slope_is_told_over_sixty_rounds_with_the_noise_that_overlap_makes():
    rounds, y = np.arange(100, 220), np.array(rising(120, 0.005))
    design = np.column_stack([np.ones(120), (rounds - rounds.mean()) / 60])
    shared = np.clip(1 - np.abs(np.subtract.outer(rounds, rounds)) / 20, 0, None)
    bread = np.linalg.inv(design.T @ design) @ design.T
    maker = np.eye(120) - design @ bread
    residual = y @ maker @ y / np.trace(maker @ shared)
    error = np.sqrt(residual * (bread @ shared @ bread.T)[1, 1])
    df = np.trace(maker @ shared) ** 2 / np.trace(maker @ shared @ maker @ shared)
    found = contrasts.slope(list(rounds), list(y))

    assert (found.mean, found.se, found.df) == pytest.approx(((bread @ y)[1], error, df), rel=1e-9)


def test_a_step_at_a_known_round_is_found_and_one_too_near_an_end_is_not_tested():
    y = [value + (0.02 if i >= 70 else 0.0) for i, value in enumerate(rising(140, 0.0))]

    assert contrasts.step(range(140), y, 70).mean == pytest.approx(0.02, abs=0.001)
    assert contrasts.step(range(140), y, 130) is None


def test_who_rises_drifts():
    assert contrasts.trend(range(250), rising(250, 0.01), []).course is Course.DRIFT


def test_who_does_not_move_is_flat_and_not_before_250_rounds():
    assert contrasts.trend(range(250), rising(250, 0.0), []).course is Course.FLAT
    assert contrasts.trend(range(249), rising(249, 0.0), []).course is Course.NOT_YET


def test_noise_that_could_hide_a_rise_leaves_the_course_undetermined():
    assert contrasts.trend(range(250), rising(250, 0.0, sd=0.03), []).course is Course.UNDETERMINED


def test_each_promotion_more_costs_certainty():
    y = [value + (0.002 if i >= 70 else 0.0) for i, value in enumerate(rising(140, 0.0))]
    one = contrasts.trend(range(140), y, [70]).p_step
    three = contrasts.trend(range(140), y, [70, 40, 100]).p_step

    assert three == pytest.approx(3 * one)


@pytest.mark.full
@pytest.mark.parametrize(("n", "expected"), [(60, 0.001), (120, 0.016), (250, 0.022)])
def test_a_constant_entrant_is_called_drifting_as_rarely_as_the_table_says(n, expected):
    series = generator.differences(1500, n)
    found = generator.false_positives(lambda y: contrasts.slope(range(n), y), series)

    assert found == pytest.approx(expected, abs=0.012)


@pytest.mark.full
@pytest.mark.parametrize(("sd", "expected"), [(0.007, 0.87), (0.012, 0.12)])
def test_a_flat_entrant_is_shown_to_be_flat_as_often_as_the_table_says(sd, expected):
    courses = [
        contrasts.trend(range(250), list(one), []).course for one in generator.differences(600, 250, sd=sd)
    ]

    assert np.mean([one is Course.FLAT for one in courses]) == pytest.approx(expected, abs=0.06)


@pytest.mark.full
def test_who_rises_at_the_margin_is_rarely_called_flat():
    rise = contrasts.MARGIN / 60 * np.arange(250)
    courses = [
        contrasts.trend(range(250), list(one + rise), []).course
        for one in generator.differences(600, 250, sd=0.007)
    ]

    assert np.mean([one is Course.FLAT for one in courses]) <= 0.032 + 0.02
