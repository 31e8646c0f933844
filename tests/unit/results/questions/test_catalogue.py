import os

import pytest

from nab.core.errors import NabError
from nab.results.behaviour.research import Verdict
from nab.results.detectors.records import Run
from nab.results.questions import catalogue
from nab.results.questions.answer import NOT_IDENTIFIABLE, Kind
from nab.results.questions.studied import Studied
from support.records import behaviours
from support.records.behaviours import Planted

SEASONS = range(int(os.environ.get("NAB_SEASONS", "2")))  # make behaviours plays a hundred
ROLES = [
    ("proxy", Planted(picks="corr"), "proxy"),
    ("proxy", Planted(picks="mmc"), "objective"),
    ("proxy", Planted(likeness=0.999), NOT_IDENTIFIABLE),
    ("proxy", Planted(likeness=0.999, reads="proxy"), "proxy"),
    ("research", Planted(knows=Verdict.RESEARCHING), Verdict.RESEARCHING),
    ("research", Planted(knows=Verdict.REMEMBERING), Verdict.REMEMBERING),
    ("research", Planted(knows=Verdict.NOT_IDENTIFIABLE), NOT_IDENTIFIABLE),
    ("diversify", Planted(diversifies=True), "diversified"),
    ("diversify", Planted(diversifies=False), "doubled down"),
    ("docs", Planted(opens=True), "read first"),
    ("docs", Planted(opens=False), "not read"),
    ("leftovers", Planted(leaves=True), "left"),
    ("leftovers", Planted(leaves=False), "none"),
    ("silent", Planted(silent=True), "found"),
    ("silent", Planted(silent=False), "none"),
    ("plateau", Planted(rises=0.0, changes=False, eras=True), "plateau"),
    ("plateau", Planted(rises=0.00003, changes=True), "no plateau"),
]


def asked(question, planted, seed):
    return catalogue.OF_RUNS[question].answered(behaviours.season(planted, seed))


@pytest.mark.full
@pytest.mark.parametrize(
    ("question", "planted", "right"), ROLES, ids=lambda one: getattr(one, "name", str(one))[:24]
)
def test_of_seeded_seasons_nineteen_in_twenty_are_answered_rightly_and_none_falsely(question, planted, right):
    found = [asked(question, planted, seed).verdict for seed in SEASONS]

    honest = {right, NOT_IDENTIFIABLE, "undetermined"}
    false = [one for one in found if one not in honest]
    assert sum(one == right for one in found) >= 0.95 * len(found), found
    assert len(false) <= 0.05 * len(found), found


@pytest.mark.parametrize("question", catalogue.OF_RUNS)
def test_an_answer_is_a_line_and_how_sure_and_why_and_of_an_empty_record_nothing_is_made_up(question):
    found = catalogue.OF_RUNS[question].answered(Studied(Run(run="r", entrant="e")))

    assert found.question == question
    assert found.about == "e"
    assert found.line and found.sure and found.why
    assert "\n" not in found.line
    assert found.kind in (Kind.EXPLORATORY, Kind.DESCRIPTIVE)
    assert found.verdict in {
        "undetermined",
        NOT_IDENTIFIABLE,
        "not on record",
        "pending",
        "none",
        "not read",
        "counted",
    }
    assert not found.evidence


def test_answers_lead_to_the_bytes():
    found = asked("silent", Planted(silent=True), 1)

    assert "work/stdout:0#1" in found.evidence
    assert "work/stdout:99" in found.evidence
    assert found.line == "1 silent failure, 1 noticed"


def test_two_runs_are_set_side_by_side_and_nothing_is_said_of_their_agents():
    some, other = asked("diversify", Planted(), 1), asked("diversify", Planted(diversifies=True), 1)

    (pair,) = catalogue.pairs([some, other])

    assert pair.about == "agent-l4 and agent-l4"
    assert (pair.verdict, pair.line) == ("different", "doubled down, diversified")
    assert "below 5 runs a cell" in pair.sure


def test_a_question_that_there_is_not_names_those_that_there_are():
    with pytest.raises(NabError, match="no question 'who'") as error:
        catalogue.named("who")

    assert "Q=proxy" in error.value.hint
    assert catalogue.named("better") == "better"
