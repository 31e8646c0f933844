from dataclasses import replace

import pytest

from nab.core.facts import Cause, RunEnded, RunEnding
from nab.core.runs.ending.box_end import BoxEnd
from nab.core.runs.ending.responsibility import GONE, REBOOTED, Doing
from nab.core.runs.ending.run_end import OUT_OF_ROOM, how_it_ended, is_worth_windows
from nab.core.runs.runs import Run
from support.records.logs import NOON, RUN, WHO, intended

ITSELF = Doing(Cause.AGENT, "its box ended with exit code 1")
OURS = Doing(Cause.HARNESS, REBOOTED)
KILL = Doing(Cause.HARNESS, "docker kill (SIGKILL) from outside at 12:03:04 UTC")
UNKNOWN = Doing(Cause.UNKNOWN, "nobody knows")


@pytest.mark.parametrize(
    ("end", "stopping", "ending", "cause", "words"),
    [
        (BoxEnd(0, ITSELF), None, RunEnding.FINISHED, Cause.AGENT, "by itself"),
        (BoxEnd(1, ITSELF), None, RunEnding.FAILED, Cause.AGENT, "exit code 1"),
        (BoxEnd(143, ITSELF), "budget", RunEnding.TIMED_OUT, Cause.AGENT, "time was up"),
        (BoxEnd(137, KILL), "by the operator", RunEnding.STOPPED, Cause.HARNESS, "by the operator"),
        (BoxEnd(143, ITSELF), OUT_OF_ROOM, RunEnding.FAILED, Cause.AGENT, "wrote more than its folders"),
        (BoxEnd(143, OURS), None, RunEnding.FAILED, Cause.HARNESS, REBOOTED),
        (BoxEnd(137, KILL), None, RunEnding.FAILED, Cause.HARNESS, "docker kill (SIGKILL) from outside"),
        (BoxEnd(0, KILL), None, RunEnding.FAILED, Cause.HARNESS, "docker kill"),
        (BoxEnd(137, UNKNOWN), None, RunEnding.FAILED, Cause.UNKNOWN, "nobody knows"),
        (
            BoxEnd(None, Doing(Cause.HARNESS, GONE), gone=True),
            None,
            RunEnding.ORPHANED,
            Cause.HARNESS,
            "gone",
        ),
        (BoxEnd(137, KILL, gone=True), None, RunEnding.ORPHANED, Cause.HARNESS, "docker kill"),
        (BoxEnd(1, ITSELF, gone=True), None, RunEnding.FAILED, Cause.AGENT, "exit code 1"),
    ],
)
def test_the_ending_is_named_with_whose_doing_it_was(end, stopping, ending, cause, words):
    run = replace(Run(RUN, WHO, intended(), ""), stopping=stopping)

    over = how_it_ended(run, end, NOON)

    assert (over.ending, over.cause) == (ending, cause)
    assert words in over.reason
    assert over.taken is (over.ending is RunEnding.FAILED and cause is not Cause.AGENT)


@pytest.mark.parametrize(
    ("ending", "cause", "worth"),
    [
        (RunEnding.FINISHED, Cause.AGENT, True),
        (RunEnding.TIMED_OUT, Cause.AGENT, True),
        (RunEnding.FAILED, Cause.AGENT, True),
        (RunEnding.FAILED, Cause.HARNESS, False),
        (RunEnding.FAILED, Cause.UNKNOWN, False),
        (RunEnding.STOPPED, Cause.HARNESS, False),
        (RunEnding.ORPHANED, Cause.HARNESS, False),
    ],
)
def test_what_came_to_nothing_through_us_is_not_tried_in_the_windows(ending, cause, worth):
    assert is_worth_windows(RunEnded(ending=ending, cause=cause, reason="as it said")) is worth


@pytest.mark.parametrize("cause", [Cause.HARNESS, Cause.UNKNOWN])
def test_a_run_that_was_taken_is_tried_in_the_windows_only_with_what_it_had_left(cause):
    taken = RunEnded(ending=RunEnding.FAILED, cause=cause, reason="as it said", taken=True)

    assert not is_worth_windows(taken)
    assert is_worth_windows(
        RunEnded(ending=RunEnding.FAILED, cause=cause, reason="r", taken=True, submit_script="5f")
    )


def test_a_run_that_lost_its_key_is_not_tried_whatever_it_left():
    failed = RunEnded(ending=RunEnding.FAILED, cause=Cause.HARNESS, reason="auth", submit_script="5f")

    assert not is_worth_windows(failed)
