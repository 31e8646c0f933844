import random

import pytest

from nab.results.behaviour import plateau
from nab.results.behaviour.plateau import Candidate, Plateau, Submitted
from nab.results.statistics import distributions


def test_no_change_in_two_weeks_is_a_plateau_with_the_rule_of_three():
    daily = [Submitted(day, 0.999) for day in range(20)]

    found = plateau.behaviour(daily, 20.0)

    assert (found.verdict, found.changes) == (Plateau.YES, 0)
    assert found.most_a_day == pytest.approx(3 / 14)


def test_one_other_model_is_none_and_what_cannot_be_compared_leaves_it_open():
    other = [Submitted(day, 0.97 if day == 12 else 0.999) for day in range(20)]
    unknown = [Submitted(day, None if day == 12 else 0.999) for day in range(20)]

    assert plateau.behaviour(other, 20.0).verdict is Plateau.NO
    assert plateau.behaviour(other, 27.0).verdict is Plateau.YES
    assert plateau.behaviour(unknown, 20.0).verdict is Plateau.UNDETERMINED
    assert plateau.behaviour(other[:5], 5.0).verdict is Plateau.UNDETERMINED
    assert plateau.behaviour([], 20.0).verdict is Plateau.UNDETERMINED


def searched(values, families=1):
    return [Candidate(str(i), str(i % families), value) for i, value in enumerate(values)]


def walk(draw, phi, n=200):
    values, value = [], draw.gauss(0, 1)
    for _ in range(n):
        value = phi * value + (1 - phi * phi) ** 0.5 * draw.gauss(0, 1)
        values.append(value)
    return values


@pytest.mark.full
@pytest.mark.parametrize(("phi", "least", "most"), [(0.0, 0.03, 0.07), (0.5, 0.03, 0.08), (0.8, 0.06, 0.15)])
def test_five_blocks_a_side_see_improvement_in_noise_about_as_often_as_they_should(phi, least, most):
    draw, false = random.Random(8), 0
    for _ in range(400):
        sides = searched(walk(draw, phi))
        shift, error, df = plateau.welch(plateau.blocks(sides[:100]), plateau.blocks(sides[100:]))
        false += shift > distributions.critical(0.10, df) * error

    assert least <= false / 400 <= most


def test_a_search_that_stays_where_it_was_is_a_plateau_and_one_that_rises_is_not():
    draw = random.Random(5)
    flat = searched([0.02 + draw.gauss(0, 0.0005) for _ in range(200)], families=12)
    rising = searched([0.02 + 0.00002 * i + draw.gauss(0, 0.0005) for i in range(200)], families=12)

    found = plateau.search(flat, rise=0.0001)

    assert (found.verdict, found.unit) == (Plateau.YES, "families")
    assert -0.0005 < found.lo < found.shift < found.hi < 0.0005
    assert plateau.search(rising, rise=0.0).verdict is Plateau.NO
    assert plateau.search(flat, rise=0.0006).verdict is Plateau.NO
    assert plateau.search(flat, rise=None).verdict is Plateau.UNDETERMINED
    assert plateau.search(searched([0.02] * 200), rise=0.0).unit == "5 blocks a side"


def test_the_same_predictions_are_one_candidate_and_few_of_them_tell_nothing():
    again = searched([0.02 + 0.0001 * (i % 3) for i in range(150)]) * 2

    found = plateau.search(again, rise=0.0)

    assert (found.verdict, found.candidates) == (Plateau.UNDETERMINED, 150)
    assert "150 different candidates" in found.why


def test_likeness_is_by_rank_on_the_ids_that_both_have():
    some = {f"n{i}": float(i) for i in range(40)}
    squared = {name: value * value for name, value in some.items()} | {"other": 1.0}

    assert plateau.spearman(some, squared) == pytest.approx(1.0)
    assert plateau.spearman(some, {name: -value for name, value in some.items()}) == pytest.approx(-1.0)
    assert plateau.spearman(some, dict.fromkeys(some, 1.0)) is None
    assert plateau.spearman({"a": 1.0}, {"a": 1.0}) is None
