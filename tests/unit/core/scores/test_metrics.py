from nab.core.scores import metrics
from nab.core.scores.metrics import METRICS


def test_no_two_metrics_have_a_name_or_a_title_in_common():
    assert len({one.name for one in METRICS}) == len({one.key for one in METRICS}) == len(METRICS)


def test_what_people_see_first_is_shown_waited_for_and_can_be_asked_for():
    leading = metrics.LEADING

    assert (leading.shown, leading.decides, leading.objective) == (True, True, True)


def test_a_place_is_counted_only_by_scores_that_are_waited_for():
    assert [one.name for one in METRICS if one.ranked and not one.decides] == []


def test_metrics_that_decide_together_are_final_on_the_same_day():
    assert {one.horizon for one in metrics.DECIDING} == {metrics.LEADING.horizon}
