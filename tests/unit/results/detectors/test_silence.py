from nab.results.detectors import metrics, silence
from nab.results.detectors.records import Call, Run, Said


def test_ten_zero_iterations_are_one_failure_with_the_time_until_they_were_noticed():
    calls = tuple(
        Call(
            id=f"s:{i}", at=i * 60, until=i * 60 + 50, name="Bash", command="tail log", result="val corr: 0.0"
        )
        for i in range(10)
    )
    said = (
        Said(id="s:20", at=130, role="user", text="nan"),
        Said(id="s:21", at=900, role="assistant", text="The output is all zeros: stdout was buffered."),
    )
    run = Run(run="r", entrant="e", calls=calls, said=said)

    (found,) = silence.of_run(run, metrics.ledger(run))

    assert (found.kind, found.iterations, found.at) == (silence.NOTHING, 10, 120)
    assert (found.noticed_at, found.noticed) == (900, "s:21")
    assert found.evidence[0] == "s:0#1"


def test_an_error_that_was_put_right_before_anything_was_said_is_none():
    calls = [
        Call(id="a", at=1, until=2, name="Bash", command="python a.py", exit_code=1),
        Call(id="b", at=3, until=4, name="Bash", command="python a.py", exit_code=0),
    ]
    said = [Said(id="m", at=5, role="assistant", text="Done.")]

    assert [*silence.of_claims(calls, said)] == []
    assert len([*silence.of_claims(calls[:1], said)]) == 1
    assert [
        *silence.of_claims(calls[:1], [Said(id="m", at=5, role="assistant", text="Done.", thought=True)])
    ] == []
