from nab.results.detectors import promotions
from nab.results.detectors.families import Candidate
from nab.results.detectors.promotions import Tie
from nab.results.detectors.records import Run, Submission


def candidate(identity, at, sha256=""):
    return Candidate(
        identity=identity, at=at, family="f", metrics={"corr": 0.02}, evidence=(f"event {at}",), sha256=sha256
    )


def submitted(at, sha256="", script="", likeness=None):
    return Submission(id=f"event {at}", at=at, round=at, sha256=sha256, script=script, likeness=likeness)


def promoted(candidates, submissions, likeness=None):
    run = Run(run="r", entrant="e", submissions=tuple(submissions))
    return [(one.candidate, one.tie) for one in promotions.of_run(run, candidates, likeness)]


def test_content_ties_surely_and_the_first_submission_counts():
    found = promoted([candidate("a", 1, "aa"), candidate("b", 2, "bb")],
                     [submitted(5, "aa"), submitted(6, "aa"), submitted(7, "bx")], {("bb", "bx"): 0.9995})  # fmt: skip

    assert found == [("a", Tie.HASH), ("b", Tie.SKETCH)]
    assert Tie.SCRIPT not in promotions.SURE


def test_without_content_a_new_script_or_model_promotes_the_newest_candidate():
    known = [candidate("a", 1), candidate("b", 10)]

    assert promoted(known, [submitted(5, script="s1"), submitted(6, script="s1"), submitted(12, script="s2")]) == [
        ("a", Tie.SCRIPT), ("b", Tie.SCRIPT)
    ]  # fmt: skip
    assert promoted(known, [submitted(5), submitted(12, likeness=0.99)]) == [("a", Tie.TIME)]
    assert promoted(known, [submitted(5), submitted(12, likeness=0.9)]) == [("a", Tie.TIME), ("b", Tie.TIME)]


def test_nothing_is_promoted_before_there_is_a_candidate():
    assert promoted([candidate("a", 9)], [submitted(5)]) == []
