"""The truth that is planted in a season."""

import numpy as np
import pytest

from nab.core.facts import ScoreSeen, SubmissionSeen
from nab.results.validation import planted
from nab.results.validation.generator import CALIBRATED, OUTAGE, ROUNDS, WORST


@pytest.mark.parametrize("noise", [CALIBRATED, WORST])
def test_paired_differences_are_as_far_apart_and_spread_as_it_says(noise):
    random = np.random.default_rng(3)
    drawn = dict(
        zip(
            planted.ENTRANTS,
            np.array([planted.scores(random, noise) for _ in range(60)]).swapaxes(0, 1),
            strict=True,
        )
    )

    for (first, second), sd in planted.SDS.items():
        d = drawn[second] - drawn[first]
        assert d.std() == pytest.approx(sd, rel=0.1)
        assert d.mean() == pytest.approx(planted.true_gap(second, first), abs=0.002)


def test_a_season_is_told_in_order_of_time_and_has_what_was_planted():
    plan = planted.plan([1, 2])
    told = list(planted.days(plan))
    facts = [one for _, drafts in told for one in drafts]
    final = {(one.entrant, one.round - planted.FIRST): one for one in facts
             if isinstance(one.fact, ScoreSeen) and one.fact.day == 20}  # fmt: skip

    assert [at for at, _ in told] == sorted(at for at, _ in told)
    assert len(plan.outage) == OUTAGE
    assert {number for _, number in final}.isdisjoint(plan.outage)
    assert {*final} == {
        (who, number) for who in planted.ENTRANTS for number in range(ROUNDS) if plan.handed_in(who, number)
    }
    assert plan.by_harness and plan.by_agent and plan.late
    listed = [at for at, drafts in told for one in drafts if isinstance(one.fact, SubmissionSeen)
              and (one.entrant, one.round - planted.FIRST) == plan.listed_late]  # fmt: skip
    assert listed == [planted.opens(plan.listed_late[1]) + planted.LISTED_AFTER]


def test_the_same_seed_is_the_same_season():
    assert list(planted.days(planted.plan([1, 2]))) == list(planted.days(planted.plan([1, 2])))
    assert list(planted.days(planted.plan([1, 2]))) != list(planted.days(planted.plan([1, 3])))
