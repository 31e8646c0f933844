from datetime import timedelta

import pytest

from nab.core.runs.deadlines import due, overdue
from nab.core.runs.states import RunState
from nab.core.text import times
from support.records.logs import NOON

SINCE = times.text(NOON)
LASTING = {RunState.RUNNING, RunState.ENDED}


@pytest.mark.parametrize("state", sorted(set(RunState) - LASTING))
def test_a_run_cannot_be_on_its_way_for_ever_without_anybody_seeing_it(state):
    when = due(state, SINCE)

    assert NOON < when <= NOON + timedelta(days=4)
    assert overdue(state, SINCE, when - timedelta(seconds=1)) == ""
    assert overdue(state, SINCE, when).startswith(f"{state.value} for ")


@pytest.mark.parametrize("state", sorted(LASTING))
def test_a_run_may_work_for_as_long_as_its_budget_lets_it_and_rest_for_ever(state):
    assert due(state, SINCE) is None
    assert overdue(state, SINCE, NOON + timedelta(days=400)) == ""


def test_a_lost_box_that_waits_for_its_new_start_is_not_late():
    again = times.text(NOON + timedelta(minutes=15))

    assert due(RunState.ORPHANED, SINCE, again) > NOON + timedelta(minutes=15)
