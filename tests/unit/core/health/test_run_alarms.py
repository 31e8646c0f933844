from dataclasses import replace
from datetime import timedelta

import pytest

from nab.core.facts import (
    BoxEnded,
    CanarySeen,
    Cause,
    Channel,
    RunEnded,
    RunEnding,
    SessionEnded,
    SessionEnding,
    SessionStarted,
)
from nab.core.health.run_alarms import troubles
from nab.core.levels import Level
from nab.core.runs.runs import Run, Session
from nab.core.runs.states import RunState
from nab.core.text import times
from support.records.logs import NOON, RUN, WHO, intended


def run(*endings, calls=0, **about):
    sessions = tuple(
        Session(f"work-{number}", SessionStarted(session=f"work-{number}", mode="first", conversation="c"),
                times.text(NOON), ended(f"work-{number}", kind, calls))
        for number, kind in enumerate(endings, 1)
    )  # fmt: skip
    begun = times.text(NOON)
    return Run(RUN, WHO, intended(level=Level.L4), begun, **{"state": RunState.RUNNING, "since": begun, **about},
               sessions=sessions)  # fmt: skip


def ended(name, kind, calls):
    at = times.text(NOON)
    return SessionEnded(session=name, ending=kind, reason="as it said", began=at, ended=at, calls=calls)


def keys(one, later=timedelta()):
    return [key.split(":")[0] for key, _ in troubles([one], NOON + later)]


def test_a_run_that_works_is_no_trouble_for_however_long():
    assert keys(run(SessionEnding.DONE, SessionEnding.CRASH, calls=3), timedelta(days=90)) == []


def test_a_run_that_hangs_between_two_states_is():
    assert keys(run(state=RunState.STARTING), timedelta(minutes=2)) == []
    assert keys(run(state=RunState.STARTING), timedelta(minutes=3)) == ["late"]


def test_a_program_that_ends_over_and_over_is_until_it_calls_a_tool_again():
    assert keys(run(*[SessionEnding.CRASH] * 4)) == []
    assert keys(run(*[SessionEnding.CRASH] * 5)) == ["vain"]
    assert keys(run(*[SessionEnding.CRASH] * 5, calls=1)) == []


def test_an_ending_that_nobody_knows_is_told_once_for_each():
    assert keys(run(SessionEnding.UNCLASSIFIED, calls=1)) == ["unclassified"]
    (one,) = {
        key for key, _ in troubles([run(SessionEnding.UNCLASSIFIED, SessionEnding.DONE, calls=1)], NOON)
    }
    (two,) = {
        key for key, _ in troubles([run(SessionEnding.DONE, SessionEnding.UNCLASSIFIED, calls=1)], NOON)
    }
    assert one != two


@pytest.mark.parametrize("cause", [Cause.AGENT, Cause.HARNESS])
def test_a_box_that_is_lost_again_and_again_is_and_says_whose_doing(cause):
    at = times.text(NOON)
    lost = BoxEnded(container="c", started_at=at, cause=cause, reason="r", again_at=at)
    found = dict(troubles([run(lost_boxes=(lost,) * 5)], NOON))

    assert f"{5 if cause is Cause.HARNESS else 0} of them our doing" in found[f"boxes:{RUN}"]


def test_of_a_run_that_has_ended_nobody_is_told_any_more():
    over = RunEnded(ending=RunEnding.STOPPED, cause=Cause.HARNESS, reason="by the operator")
    assert keys(replace(run(*[SessionEnding.UNCLASSIFIED] * 9), state=RunState.ENDED, ended=over)) == []


def canary(session="work-1", **about):
    return CanarySeen(session=session, mark="m", **about)


UNSEEN = canary(channels={"curl.name": Channel(sent=1, answered=1, recorded=0)})
SEEN = canary("work-2", channels={"curl.name": Channel(sent=1, answered=1, recorded=1)})


def test_calls_of_ours_that_are_not_on_record_are_trouble_until_the_entrants_next_ones_are():
    over = replace(run(state=RunState.ENDED), canary=UNSEEN)

    (told,) = troubles([over], NOON)
    assert told[0] == f"canary:{WHO}" and "not on record: curl.name" in told[1]
    assert list(troubles([over, replace(run(), name="next", canary=SEEN)], NOON)) == []


def test_calls_of_ours_that_could_not_be_made_are_trouble():
    assert keys(replace(run(), canary=canary(failed="no room"))) == ["canary"]
