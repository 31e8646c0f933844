from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from nab.core.facts import Cause, RunEnded, RunEnding, RunStarted, SessionEnded, SessionEnding, SessionStarted
from nab.core.text import times
from nab.core.usage.working_time import spent
from support.records.logs import NOON, RUN, WHO, Log, intended

HOUR = 3600.0


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def llm_run():
    log = Log()
    fact = intended()
    log.add(structs.replace(fact, llm="a-model"), entrant=WHO, run=RUN)
    log.add(RunStarted(started_at=times.text(NOON)), NOON, entrant=WHO, run=RUN)
    return log


def started(log, name, seconds):
    log.add(SessionStarted(session=name, mode="first", conversation="c"), at(seconds), run=RUN)


def ended(log, name, began, seconds, *, kind=SessionEnding.DONE, quiet=0.0, told=0.0):
    fact = SessionEnded(
        session=name,
        ending=kind,
        reason="x",
        began=times.text(at(began)),
        ended=times.text(at(seconds)),
        quiet_seconds=quiet,
    )
    log.add(fact, at(seconds + told), run=RUN)


def run_ended(log, seconds, finished=True):
    fact = RunEnded(
        ending=RunEnding.FINISHED,
        cause=Cause.AGENT,
        reason="x",
        finished_at=times.text(at(seconds)) if finished else None,
    )
    log.add(fact, at(seconds), run=RUN)


def test_sessions_are_work_and_what_lies_between_them_waits_for_what_ended_the_first():
    log = llm_run()
    for name, began, end, kind in (
        ("work-1", 5, 100, SessionEnding.RATE_LIMIT),
        ("work-2", 400, 500, SessionEnding.NETWORK),
        ("work-3", 560, 600, SessionEnding.CRASH),
        ("work-4", 610, 700, SessionEnding.DONE),
    ):
        started(log, name, began)
        ended(log, name, began, end, kind=kind)

    found = spent(log.events, at(701))

    assert found.working == 95 + 100 + 40 + 90
    assert found.waiting == {"starting": 5, "quota": 300, "network": 60, "backoff": 11}
    assert found.wall == 701


def test_what_a_program_slept_in_its_session_is_waiting_for_its_quota():
    log = llm_run()
    started(log, "work-1", 0)
    ended(log, "work-1", 0, 100, quiet=30)

    assert spent(log.events, at(100)).working == 70
    assert spent(log.events, at(100)).waiting == {"quota": 30}


def test_a_session_that_goes_on_works_until_now_but_for_what_it_has_slept_so_far():
    log = llm_run()
    started(log, "work-1", 0)

    assert spent(log.events, at(50)).working == 50
    assert spent(log.events, at(50), quiet=20).working == 30


def test_what_is_slept_now_is_not_taken_from_a_session_whose_end_nobody_saw():
    log = llm_run()
    started(log, "work-1", 0)
    started(log, "work-2", 100)

    assert spent(log.events, at(150), quiet=50).working == 100


def test_a_control_works_all_the_time():
    log = Log()
    log.add(intended("baseline"), entrant=WHO, run=RUN)
    log.add(RunStarted(started_at=times.text(NOON)), NOON, run=RUN)

    assert spent(log.events, at(60)).working == 60


def test_a_coding_agent_without_a_session_waits_for_one():
    assert spent(llm_run().events, at(60)).waiting == {"starting": 60}
    assert spent(llm_run().events, at(60)).working == 0


def test_a_run_that_never_started_has_spent_nothing():
    found = spent([], NOON)

    assert (found.working, found.waiting, found.wall) == (0.0, {}, 0.0)


@pytest.mark.parametrize("finished", [True, False])
def test_after_its_end_a_run_spends_nothing(finished):
    log = llm_run()
    started(log, "work-1", 0)
    run_ended(log, 80, finished)

    assert spent(log.events, at(9999)).wall == 80
    assert spent(log.events, at(9999)).working == 80


def test_the_files_of_a_box_cannot_move_a_sessions_beginning():
    log = llm_run()
    started(log, "work-1", 0)
    ended(log, "work-1", began=90, seconds=100)

    assert spent(log.events, at(100)).working == 100


def test_the_files_of_a_box_cannot_move_a_sessions_end_beyond_when_we_learned_it():
    log = llm_run()
    started(log, "work-1", 0)
    ended(log, "work-1", 0, seconds=10 * HOUR, told=50 - 10 * HOUR)

    assert spent(log.events, at(60)).working == 50


EVENTS = st.lists(
    st.tuples(
        st.floats(0, 1000),  # begins, or begins after the one before
        st.floats(-50, 1000),  # how long it takes, as it is told
        st.sampled_from(list(SessionEnding)),
        st.floats(-10, 2000),  # how long it says it slept
        st.booleans(),  # whether its beginning was told
        st.booleans(),  # whether its end was
    ),
    max_size=8,
)


@pytest.mark.full
@given(EVENTS, st.floats(-100, 5000), st.none() | st.floats(-10, 5000), st.floats(0, 100))
def test_working_and_waiting_make_up_the_time_whatever_the_log_says(sessions, now, end, quiet):
    log = llm_run()
    for number, (began, length, kind, slept, told, over) in enumerate(sessions):
        if told:
            started(log, f"work-{number}", began)
        if over:
            ended(log, f"work-{number}", began, began + length, kind=kind, quiet=slept)
    if end is not None:
        run_ended(log, end)

    found = spent(log.events, at(now), quiet)

    assert found.working >= 0
    assert all(seconds >= 0 for seconds in found.waiting.values())
    assert found.working + sum(found.waiting.values()) == pytest.approx(found.wall, abs=1e-6)
    assert found.wall == pytest.approx(max(0, now if end is None else end), abs=2e-3)
