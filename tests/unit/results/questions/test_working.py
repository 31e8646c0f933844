from nab.results.detectors.records import Call, Run
from nab.results.questions import working
from nab.results.questions.studied import Leftover, Owed, Studied, Told

RUN = Run(
    run="r",
    entrant="e",
    until=7200.0,
    sessions=((0.0, 3600.0),),
    calls=(Call(id="s:1", at=0, until=600, name="Bash"),),
)


def studied(**told):
    return Studied(RUN, Told(**told))


def test_misses_are_told_by_cause_with_what_came_out_later():
    owed = (
        Owed(round=1, status="missed", cause="agent", evidence=("event 7",)),
        Owed(
            round=2, status="verified", corrected_from="missed", corrected_seconds=7200, evidence=("event 9",)
        ),
    )

    found = working.misses(studied(owed=owed))

    assert found.line == "it missed 1 of 2 rounds: 1 by agent"
    assert "1 outcome turned out differently" in found.sure
    assert found.why[1] == "round 2: verified; missed was said before, for 2.0 h"
    assert found.evidence == ("event 7", "event 9")


def test_a_loop_that_was_left_running_is_told_with_its_hours():
    left = Leftover(id="b:1", argv="python loop.py", seconds=7200, cpu_seconds=55, ended=False)

    found = working.leftovers(studied(leftovers=(left,), told_leftovers=True))

    assert found.line == "it left 1 process running after their sessions"
    assert found.why == (
        "2.0 h together, 55 CPU seconds, 1 still there, 0 submissions made by them",
        "python loop.py",
    )
    assert "is told of them" in found.sure


def test_what_was_used_is_for_each_final_round_and_never_over_a_score():
    owed = tuple(Owed(round=number, status="verified", percentile=0.5) for number in range(2))

    found = working.efficiency(studied(owed=owed, cpu_seconds=100.0, tokens=8, usd=None))

    assert found.line == "it used 50 CPU seconds, 4 tokens, 0.5 active hours for each of 2 final rounds"
    assert "US dollars" in found.why[0]


def test_effort_adds_up_to_the_wall_and_an_artifact_counts_work_alone():
    assert working.efforts(studied()).sure == "the parts add up to 7200 of 7200 s of wall time"
    found = working.first(studied(artifact_at=7000.0, artifact=("c1:submit.sh",)))
    assert found.line == "its first artifact that was later verified took 1.0 h of work"
    assert working.first(studied()).verdict == "pending"
