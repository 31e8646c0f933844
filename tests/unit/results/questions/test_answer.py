from nab.results.questions import answer
from nab.results.questions.answer import Answer, Kind


def test_an_answer_is_written_in_the_order_line_sure_why_evidence():
    one = Answer(
        question="proxy",
        about="codex-l4",
        run="r1",
        kind=Kind.EXPLORATORY,
        verdict="proxy",
        line="it optimised the proxy",
        sure="p 0.01",
        why=("first", "second"),
        evidence=tuple(f"event {number}" for number in range(10)),
        detectors=("metrics 1: precise",),
    )

    lines = answer.written(one).splitlines()

    assert lines[:4] == [
        "codex-l4: it optimised the proxy (exploratory)", "  how sure: p 0.01", "  why: first", "       second"
    ]  # fmt: skip
    assert lines[4].startswith("  evidence in r1: event 0, event 1") and lines[4].endswith(
        "and 2 more (JSON=1)"
    )
    assert lines[5] == "  by metrics 1: precise"


def test_an_agents_bytes_can_only_stand_there():
    one = Answer(
        question="q",
        about="e",
        kind=Kind.DESCRIPTIVE,
        verdict="v",
        line="l",
        sure="s",
        why=("\x1b[2J\nfake: line",),
    )

    assert "\x1b" not in answer.written(one)
    assert len(answer.written(one).splitlines()) == 3


def test_times_and_counts_are_written_as_people_do():
    assert (answer.minutes(59.0), answer.minutes(7200.0)) == ("1 min", "2.0 h")
    assert (answer.count(1, "round"), answer.count(2, "process", "processes")) == ("1 round", "2 processes")
