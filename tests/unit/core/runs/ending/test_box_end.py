from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nab.core.facts import Cause, RunEnding, SessionEnded, SessionEnding, SessionStarted
from nab.core.levels import Level
from nab.core.runs.ending import box_end
from nab.core.runs.ending.box_end import BADLY, WELL, BoxEnd, exit_code_for, told_to_end
from nab.core.runs.ending.responsibility import ENGINE, Doing
from nab.core.runs.runs import Run, Session
from nab.core.runs.states import RunState
from nab.core.text import times
from support.records.logs import NOON, RUN, WHO, intended

ITSELF = Doing(Cause.AGENT, "its box ended with exit code 1")
OURS = Doing(Cause.HARNESS, ENGINE)
FINITE = [Level.L1, Level.L2, Level.L3]


def run(level=Level.L4, *, llm="a-model", minutes=60.0):
    """Make a run whose box started so many minutes ago."""
    made = structs.replace(intended(WHO, level), llm=llm)
    began = times.text(NOON - timedelta(minutes=minutes))
    return Run(RUN, WHO, made, began, state=RunState.RUNNING, since=began, container="c1", started_at=began,
               box_started_at=began)  # fmt: skip


def end(code=137, doing=ITSELF):
    return BoxEnd(code, doing, times.text(NOON), 0, engine=("12:00 kill",))


def told(ending, level=Level.L3):
    """Make a run that had one session that ended so."""
    at = times.text(NOON)
    over = SessionEnded(session="work-1", ending=ending, reason="as it said", began=at, ended=at)
    started = SessionStarted(session="work-1", mode="first", conversation="c-1")
    return Run(RUN, WHO, intended(WHO, level), at, sessions=(Session("work-1", started, at, over),))


@pytest.mark.parametrize("level", FINITE)
def test_a_box_that_what_ran_in_it_ended_is_the_end_of_a_run_with_an_end(level):
    assert box_end.after(run(level), end(), NOON) is None


@pytest.mark.parametrize("level", Level)
def test_a_box_that_the_engine_took_is_our_doing_and_starts_again(level):
    lost = box_end.after(run(level), end(doing=OURS), NOON)

    assert (lost.cause, lost.reason, lost.exit_code) == (Cause.HARNESS, ENGINE, 137)
    assert lost.engine == ("12:00 kill",)
    assert NOON < times.parse(lost.again_at) < NOON + timedelta(seconds=10)


@pytest.mark.parametrize("level", Level)
def test_a_coding_agent_gets_a_new_start_where_nobody_knows_who_ended_its_box(level):
    lost = box_end.after(run(level), end(doing=Doing(Cause.UNKNOWN, "nobody knows")), NOON)

    assert (lost.cause, lost.reason) == (Cause.UNKNOWN, "nobody knows")


def test_the_forever_loop_outlives_whatever_ended_its_box():
    lost = box_end.after(run(), end(code=1), NOON)

    assert (lost.cause, lost.reason) == (Cause.AGENT, "its box ended with exit code 1")


@pytest.mark.parametrize("level", Level)
def test_what_we_stopped_and_what_never_ran_is_not_started_again(level):
    assert box_end.after(replace(run(level), stopping="budget"), end(doing=OURS), NOON) is None
    assert box_end.after(replace(run(level), box_started_at=None), end(doing=OURS), NOON) is None


def test_a_program_of_ours_has_nothing_to_go_on_from():
    assert box_end.after(run(Level.L3, llm=""), end(doing=OURS), NOON) is None


def test_a_box_that_was_found_ended_long_ago_starts_now():
    found = NOON + timedelta(hours=9)
    lost = box_end.after(run(), end(doing=OURS), found)

    assert times.parse(lost.again_at) <= found


@pytest.mark.full
@given(st.integers(1, 200), st.floats(0.01, 9.9))
def test_a_box_that_never_lasts_is_started_later_and_later_and_never_given_up(lives, minutes):
    known, now, waits = run(minutes=0), NOON, []
    for _ in range(lives):
        known = replace(known, box_started_at=times.text(now))
        now += timedelta(minutes=minutes)
        lost = box_end.after(known, BoxEnd(1, ITSELF, times.text(now)), now)
        waits.append((times.parse(lost.again_at) - now).total_seconds())
        known = replace(known, lost_boxes=(*known.lost_boxes, lost))
        now = times.parse(lost.again_at)

    assert all(5 <= wait <= 900 for wait in waits)
    assert lives < 9 or waits[-1] >= 720
    known = replace(known, box_started_at=times.text(now))
    lasted = box_end.after(
        known, BoxEnd(1, ITSELF, times.text(now + timedelta(hours=1))), now + timedelta(hours=1)
    )
    assert times.parse(lasted.again_at) <= now + timedelta(hours=1, seconds=7)


@pytest.mark.parametrize(
    ("session", "ending", "code"),
    [(SessionEnding.DONE, RunEnding.FINISHED, WELL), (SessionEnding.AUTH, RunEnding.FAILED, BADLY)],
)
def test_a_box_that_we_told_to_end_ended_as_its_sessions_did(session, ending, code):
    over = told_to_end(told(session), code, NOON)

    assert over is not None and over.ending is ending
    assert exit_code_for(over) == code


@pytest.mark.parametrize(
    ("known", "code"),
    [
        pytest.param(replace(told(SessionEnding.DONE), stopping="budget"), WELL, id="it was stopped"),
        pytest.param(replace(told(SessionEnding.DONE), sessions=()), WELL, id="it had no session"),
        pytest.param(told(SessionEnding.DONE), 137, id="its box was killed"),
        pytest.param(told(SessionEnding.DONE), None, id="its box is gone"),
        pytest.param(told(SessionEnding.CRASH), BADLY, id="another session would have come"),
        pytest.param(told(SessionEnding.DONE, Level.L4), WELL, id="it has no end"),
    ],
)
def test_any_other_box_was_not_told_to_end(known, code):
    assert told_to_end(known, code, NOON) is None
