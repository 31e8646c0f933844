import msgspec
import pytest

from nab.results.detectors.records import Fetched, Run, Submission
from nab.results.questions import points
from nab.results.questions.points import Quality
from nab.results.questions.studied import Ended, Owed, Studied, Told

HOUR = 3600.0
GOOD = Quality(commit="c1:submit.sh", lines=100, violations=2, simple=0.9, duplicated=0.1, hygiene=0.75)


def owed(round, status="verified", cause="", percentile=None, on_time=True):
    return Owed(round=round, status=status, cause=cause, percentile=percentile, evidence=(f"event {round}",),
                on_time=on_time and status == "verified")  # fmt: skip


def studied(**told):
    run = Run(
        run="r",
        entrant="codex-l4",
        until=100 * HOUR,
        sessions=((0.0, 100 * HOUR),),
        fetched=tuple(Fetched(id=f"call {i}", at=i, category=("docs", "forum", "llm")[i % 3], host="h", sha256=str(i))
                      for i in range(15)),
        submissions=(Submission(id="event 9", at=7 * HOUR, round=1),),
    )  # fmt: skip
    return Studied(run, Told(**told))


def test_p_by_hand_and_by_the_program_is_the_same():
    one = studied(
        artifact_at=6.8 * HOUR,
        artifact=("c1:submit.sh",),
        owed=(owed(1), owed(2), owed(3, "missed", "agent"), owed(4, "missed", "harness")),
        ended=(
            Ended(id="session a", ending="crash", at=1, recovered=True),
            Ended(id="session b", ending="killed", at=2),
        ),
    )

    found = points.process(one, GOOD)

    s = (24 - 6.8) / 23.5
    r = (2 / 3 + 1 / 2) / 2
    q = (0.8 + 0.9 + 0.9 + 0.75) / 4
    b = 0.5 * 10 / 20 + 0.5 * 2 / 5
    assert [part.value for part in found.parts] == pytest.approx([s, r, q, b])
    assert s == pytest.approx(0.7319, abs=1e-4)
    assert found.value == pytest.approx(0.3 * s + 0.2 * r + 0.25 * q + 0.25 * b)
    assert found.parts[1].evidence == ("event 1", "event 2", "event 3", "session a", "session b")


def test_without_an_interruption_the_first_term_is_not_halved():
    one = studied(owed=(owed(1), owed(2, "missed", "")), ended=(Ended(id="s", ending="done", at=1),))

    assert points.reliability(one).value == 0.5


def test_a_speed_without_a_verified_submission_cannot_be_built():
    found = points.process(studied(owed=(owed(1),)), GOOD)

    assert found.parts[0].value is None
    assert found.value is None
    told = points.answer(studied(owed=(owed(1),)), GOOD)
    assert "P is pending (S)" in told.line
    assert not any("working hours" in why for why in told.why)


def test_without_a_session_on_record_there_is_no_speed():
    run = Run(run="r", entrant="e", until=HOUR)

    assert points.speed(Studied(run, Told(artifact_at=HOUR))).value is None


def test_without_python_quality_and_so_p_are_pending():
    one = studied(artifact_at=HOUR, artifact=("c",), owed=(owed(1),))

    assert points.process(one, None).value is None
    assert "P is pending (Q)" in points.answer(one, None).line


def test_speed_stays_between_nothing_and_one():
    assert points.speed(studied(artifact_at=0.1 * HOUR)).value == 1.0
    assert points.speed(studied(artifact_at=90 * HOUR)).value == 0.0


def test_o_is_pending_below_twenty_final_rounds_and_then_has_an_interval():
    few = [owed(number, percentile=0.6) for number in range(19)]
    many = [owed(number, percentile=0.5 + (number % 5) / 20) for number in range(40)]
    late = owed(40, percentile=None, on_time=False)
    ours = owed(41, "missed", "harness")

    assert points.outcome(few).value is None
    found = points.outcome([*many, late, ours])
    mean = sum(one.percentile for one in many) / 40
    assert found.value == pytest.approx(0.75 * mean + 0.25 * 40 / 41)
    assert found.lo < found.value < found.hi
    assert (found.n, found.on_time) == (40, pytest.approx(40 / 41))
    assert found.n_eff < 4


def test_a_round_that_the_agent_missed_counts_and_what_is_open_does_not():
    rounds = [owed(number, percentile=0.6) for number in range(20)]

    missed = points.outcome([*rounds, owed(20, "missed", "agent"), owed(21, "submitted")])

    assert missed.on_time == pytest.approx(20 / 21)


def test_p_and_o_are_told_apart_and_never_added():
    one = studied(
        artifact_at=HOUR, artifact=("c",), owed=tuple(owed(number, percentile=0.6) for number in range(20))
    )

    found = points.answer(one, GOOD)

    assert found.line.startswith("P is 0.") and "; O is 0." in found.line
    assert "never added" in found.sure
    assert not hasattr(found, "total")
    assert "c1:submit.sh" in found.evidence


def test_many_violations_cost_no_more_than_all():
    assert msgspec.structs.replace(GOOD, violations=999).value == pytest.approx((0 + 0.9 + 0.9 + 0.75) / 4)
    assert msgspec.structs.replace(GOOD, lines=0).value == pytest.approx((0 + 0.9 + 0.9 + 0.75) / 4)
