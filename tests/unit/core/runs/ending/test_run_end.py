from dataclasses import replace

import pytest

from nab.core.facts import Cause, RunEnded, RunEnding
from nab.core.runs.ending.run_end import (
    OUT_OF_ROOM,
    how_it_ended,
    is_worth_windows,
)
from nab.core.runs.runs import Run
from support.records.logs import NOON, RUN, WHO, intended


@pytest.mark.parametrize(
    ("exit_code", "stopping", "oom", "ending", "words"),
    [
        (0, None, 0, RunEnding.FINISHED, "by itself"),
        (137, None, 2, RunEnding.FAILED, "2 kills for lack of memory"),
        (1, None, None, RunEnding.FAILED, "exit code 1"),
        (143, "budget", 0, RunEnding.TIMED_OUT, "time was up"),
        (137, "by the operator", 0, RunEnding.STOPPED, "by the operator"),
        (143, OUT_OF_ROOM, 0, RunEnding.FAILED, "wrote more than its folders may hold"),
        (None, None, None, RunEnding.ORPHANED, "gone"),
    ],
)
def test_the_ending_is_named_with_its_reason(exit_code, stopping, oom, ending, words):
    run = replace(Run(RUN, WHO, intended(), ""), stopping=stopping)

    over = how_it_ended(run, exit_code, oom, NOON)

    assert over.ending is ending
    assert words in over.reason


@pytest.mark.parametrize(
    ("ending", "cause", "worth"),
    [
        (RunEnding.FINISHED, Cause.AGENT, True),
        (RunEnding.TIMED_OUT, Cause.AGENT, True),
        (RunEnding.FAILED, Cause.AGENT, True),
        (RunEnding.FAILED, Cause.HARNESS, False),
        (RunEnding.STOPPED, Cause.HARNESS, False),
        (RunEnding.ORPHANED, Cause.HARNESS, False),
    ],
)
def test_what_came_to_nothing_through_us_is_not_tried_in_the_windows(ending, cause, worth):
    assert is_worth_windows(RunEnded(ending=ending, cause=cause, reason="as it said")) is worth
