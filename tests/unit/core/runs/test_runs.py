import pytest
from msgspec import structs

from nab.core.facts import (
    BoxEnded,
    BoxStarted,
    CallsDenied,
    Cause,
    GapSeen,
    RunCreated,
    RunEnded,
    RunEnding,
    RunStarted,
    RunStarting,
    RunStopping,
    SessionEnded,
    SessionEnding,
    SessionStarted,
)
from nab.core.levels import Level
from nab.core.runs.ending import next_session
from nab.core.runs.enrolments import enrolments
from nab.core.runs.runs import runs, unfinished
from nab.core.runs.states import RunState
from support.records.logs import NOON, RUN, WHO, Log, enrolled, intended

LOST = BoxEnded(
    container="c1",
    started_at="2026-05-15T09:00:01.000Z",
    cause=Cause.HARNESS,
    reason="the machine was started anew",
    again_at="2026-05-15T10:00:05.000Z",
)
STEPS = (
    (RunStarting(), RunState.STARTING),
    (RunCreated(container="c1"), RunState.STARTING),
    (RunStarted(started_at="2026-05-15T09:00:01.000Z"), RunState.RUNNING),
    (LOST, RunState.ORPHANED),
    (RunStarting(), RunState.STARTING),
    (BoxStarted(container="c2", started_at="2026-05-15T10:00:09.000Z"), RunState.RUNNING),
    (RunStopping(reason="budget"), RunState.STOPPING),
    (RunEnded(ending=RunEnding.TIMED_OUT, cause=Cause.AGENT, reason="its time was up"), RunState.ENDED),
)


def test_a_run_goes_through_its_states_as_the_log_grows():
    log = Log()
    log.add(intended(), entrant=WHO, run=RUN)
    assert runs(log.events)[RUN].state is RunState.QUEUED
    for fact, state in STEPS:
        log.add(fact, entrant=WHO, run=RUN)
        assert runs(log.events)[RUN].state is state

    run = runs(log.events)[RUN]
    assert (run.container, run.stopping, run.ended.ending) == ("c2", "budget", RunEnding.TIMED_OUT)
    assert (run.started_at, run.box_started_at) == ("2026-05-15T09:00:01.000Z", "2026-05-15T10:00:09.000Z")
    assert run.lost_boxes == (LOST,)
    assert unfinished(runs(log.events)) == []


def lost_boxes(cause, ending=SessionEnding.KILLED, times_lost=6, **more):
    """Make the log of a run whose box was lost so often, each time with a session that had done nothing yet."""
    log = Log()
    log.add(intended(WHO, Level.L3), entrant=WHO, run=RUN)
    at = "2026-05-15T10:00:00.000Z"
    for number in range(1, times_lost + 1):
        for fact in (
            SessionStarted(session=f"work-{number}", mode="first", conversation="c"),
            SessionEnded(session=f"work-{number}", ending=ending, reason="r", began=at, ended=at, **more),
            structs.replace(LOST, cause=cause, finished_at=at),
        ):
            log.add(fact, entrant=WHO, run=RUN)
    return runs(log.events)[RUN]


@pytest.mark.parametrize("cause", [Cause.HARNESS, Cause.UNKNOWN])
def test_sessions_whose_box_was_taken_from_them_are_no_tries_of_their_agent(cause):
    run = lost_boxes(cause)

    assert len(run.ended_sessions) == 6
    assert run.tries == ()
    assert isinstance(next_session.after(Level.L3, run.tries, NOON), next_session.Go)


def test_sessions_that_ended_otherwise_or_had_worked_are_tries():
    assert len(lost_boxes(Cause.AGENT).tries) == 6
    assert len(lost_boxes(Cause.HARNESS, calls=1).tries) == 6
    assert len(lost_boxes(Cause.HARNESS, SessionEnding.CRASH).tries) == 6


def test_a_run_without_an_end_is_somebodys_to_finish():
    log = Log()
    log.add(intended(), entrant=WHO, run=RUN)

    assert [run.name for run in unfinished(runs(log.events))] == [RUN]


def test_a_run_tells_of_its_gaps_and_of_what_was_refused():
    log = Log()
    log.add(intended(), entrant=WHO, run=RUN)
    gap = GapSeen(
        witness="proxy", began="2026-05-15T09:00:01.000Z", ended="2026-05-15T09:00:09.000Z", reason="x"
    )
    log.add(gap, entrant=WHO, run=RUN)
    for count in (1, 40):
        fact = CallsDenied(
            rule="port", why="port 22 is closed", host="a.example", count=count, first="a", last="b", upto=9
        )
        log.add(fact, entrant=WHO, run=RUN)

    run = runs(log.events)[RUN]

    assert run.gaps == (gap,)
    assert run.denied == 41


def test_a_later_run_takes_over_the_box_but_not_the_day_of_enrolment():
    log = Log()
    log.add(enrolled(), at=NOON, entrant=WHO, run="first")
    log.add(enrolled(), at=NOON.replace(hour=20), entrant=WHO, run="second")

    enrolment = enrolments(log.events)[WHO]

    assert enrolment.run == "second"
    assert enrolment.since.startswith("2026-05-16T12:00")


def test_two_of_an_agent_at_a_level_are_enrolled_each_with_its_own_model():
    log = Log()
    for who, replica in (("codex-l4", ""), ("codex-l4-b", "b")):
        made = structs.replace(intended(level=Level.L4), replica=replica, model_id=f"id-of-{who}")
        log.add(made, entrant=who, run=f"run-of-{who}")
        log.add(RunStarted(started_at="2026-05-16T12:00:00Z"), entrant=who, run=f"run-of-{who}")

    found = enrolments(log.events)

    assert {name: (one.run, one.enrolled.replica) for name, one in found.items()} == {
        "codex-l4": ("run-of-codex-l4", ""),
        "codex-l4-b": ("run-of-codex-l4-b", "b"),
    }
    assert found["codex-l4-b"].enrolled.model_id == "id-of-codex-l4-b"


def test_an_agent_that_submits_by_itself_is_enrolled_by_the_start_of_its_run():
    log = Log()
    for level in (Level.L4, Level.L3):
        entrant = f"codex-{level.value.lower()}"
        log.add(intended(level=level), entrant=entrant, run=f"run-of-{entrant}")
        log.add(RunStarted(started_at="2026-05-16T11:00:00Z"), entrant=entrant, run=f"run-of-{entrant}")

    found = enrolments(log.events)

    assert list(found) == ["codex-l4"]
    assert found["codex-l4"].enrolled.model_id == "id-of-codex"
