import pytest
from msgspec.structs import replace

from nab.core.facts import Cause, RunEnded, RunEnding
from nab.core.levels import Level
from nab.core.replay import eligibility
from nab.core.runs.runs import Run
from nab.core.runs.states import RunState
from support.records.logs import intended

CUT, SCRIPT = "c" * 64, "5" * 64
OVER = RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="", submit_script=SCRIPT)


def run(track="replay", cut=CUT, ended=OVER, state=RunState.ENDED, level=Level.L3):
    made_of = replace(intended(level=level), track=track, cut=cut)
    return Run("2026-codex-l3", "codex-l3", made_of, "", state=state, ended=ended)


def test_a_run_whose_whole_development_was_served_the_cut_is_replayed():
    assert eligibility.refusal(run(), CUT) == ""


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (run(track="", cut=""), "it was not developed on the replay track"),
        (run(cut="d" * 64), "it was developed on the cut dddddddddddd, and cccccccccccc is served"),
        (run(level=Level.L4), "at L4 there is no frozen artifact"),
        (run(ended=None, state=RunState.RUNNING), "it goes on"),
        (run(ended=replace(OVER, submit_script=None)), "it left no submit.sh"),
    ],
)
def test_every_other_run_is_refused_with_the_reason(other, why):
    assert eligibility.refusal(other, CUT).startswith(why)


def test_an_artifact_that_was_changed_since_is_not_the_frozen_one():
    assert eligibility.changed(run(), SCRIPT) == ""
    assert eligibility.changed(run(), "6" * 64) == "its submit.sh is not the one that it ended with"
    assert eligibility.changed(run(), "")
