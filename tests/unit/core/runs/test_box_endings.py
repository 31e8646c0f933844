from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nab.core.facts import Cause
from nab.core.levels import Level
from nab.core.runs import box_endings
from nab.core.runs.box_endings import BoxEnd
from nab.core.runs.runs import Run, RunState
from nab.core.text import times
from support.records.logs import NOON, RUN, WHO, intended

ENGINE = "the Docker engine was started anew"
FINITE = [Level.L1, Level.L2, Level.L3]


def run(level=Level.L4, *, llm="a-model", minutes=60.0):
    """Make a run whose box started so many minutes ago."""
    made = structs.replace(intended(WHO, level), llm=llm)
    began = times.text(NOON - timedelta(minutes=minutes))
    return Run(RUN, WHO, made, began, state=RunState.RUNNING, since=began, container="c1", started_at=began,
               box_started_at=began)  # fmt: skip


def end(code=137, ours=""):
    return BoxEnd(code, times.text(NOON), 0, ours)


@pytest.mark.parametrize("level", FINITE)
def test_a_box_that_what_ran_in_it_ended_is_the_end_of_a_run_with_an_end(level):
    assert box_endings.after(run(level), end(), NOON) is None


@pytest.mark.parametrize("level", Level)
def test_a_box_that_the_engine_took_is_our_doing_and_starts_again(level):
    lost = box_endings.after(run(level), end(ours=ENGINE), NOON)

    assert (lost.cause, lost.reason, lost.exit_code) == (Cause.HARNESS, ENGINE, 137)
    assert NOON < times.parse(lost.again_at) < NOON + timedelta(seconds=10)


def test_the_forever_loop_outlives_whatever_ended_its_box():
    lost = box_endings.after(run(), end(code=1), NOON)

    assert (lost.cause, lost.reason) == (Cause.AGENT, "its box ended with exit code 1")


@pytest.mark.parametrize("level", Level)
def test_what_we_stopped_and_what_never_ran_is_not_started_again(level):
    assert box_endings.after(replace(run(level), stopping="budget"), end(ours=ENGINE), NOON) is None
    assert box_endings.after(replace(run(level), box_started_at=None), end(ours=ENGINE), NOON) is None


def test_a_program_of_ours_has_nothing_to_go_on_from():
    assert box_endings.after(run(Level.L3, llm=""), end(ours=ENGINE), NOON) is None


def test_a_box_that_was_found_ended_long_ago_starts_now():
    found = NOON + timedelta(hours=9)
    lost = box_endings.after(run(), end(ours="the machine was started anew"), found)

    assert times.parse(lost.again_at) <= found


@given(st.integers(1, 200), st.floats(0.01, 9.9))
def test_a_box_that_never_lasts_is_started_later_and_later_and_never_given_up(lives, minutes):
    known, now, waits = run(minutes=0), NOON, []
    for _ in range(lives):
        known = replace(known, box_started_at=times.text(now))
        now += timedelta(minutes=minutes)
        lost = box_endings.after(known, BoxEnd(1, times.text(now)), now)
        waits.append((times.parse(lost.again_at) - now).total_seconds())
        known = replace(known, lost_boxes=(*known.lost_boxes, lost))
        now = times.parse(lost.again_at)

    assert all(5 <= wait <= 900 for wait in waits)
    assert lives < 9 or waits[-1] >= 720
    known = replace(known, box_started_at=times.text(now))
    lasted = box_endings.after(
        known, BoxEnd(1, times.text(now + timedelta(hours=1))), now + timedelta(hours=1)
    )
    assert times.parse(lasted.again_at) <= now + timedelta(hours=1, seconds=7)
