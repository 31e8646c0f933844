from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.facts import Cause, RunEnding, SessionEnded, SessionEnding
from nab.core.levels import Level
from nab.core.runs.ending import next_session
from nab.core.runs.ending.next_session import Go, Mode, Over
from nab.core.text import times
from support.records.logs import NOON

FINITE = [Level.L1, Level.L2, Level.L3]
FOR_EVER = {
    SessionEnding.RATE_LIMIT,
    SessionEnding.USAGE_LIMIT,
    SessionEnding.OVERLOAD,
    SessionEnding.NETWORK,
}


def ended(kind, *, calls=0, conversation="c-1", retry_at=None, minutes=1.0):
    return SessionEnded(
        session="work-1",
        ending=kind,
        reason="as it said",
        began=times.text(NOON - timedelta(minutes=minutes)),
        ended=times.text(NOON),
        conversation=conversation,
        calls=calls,
        retry_at=times.text(retry_at) if retry_at else None,
    )


@pytest.mark.parametrize("level", Level)
def test_a_run_begins_with_a_first_session_at_once(level):
    assert next_session.after(level, [], NOON) == Go(Mode.FIRST, NOON)


@pytest.mark.parametrize("level", FINITE)
def test_an_agent_that_is_done_is_not_started_again(level):
    over = next_session.after(level, [ended(SessionEnding.DONE, calls=3)], NOON)

    assert over == Over(RunEnding.FINISHED, Cause.AGENT, "as it said")


@pytest.mark.parametrize("kind", [SessionEnding.AUTH, SessionEnding.BILLING])
def test_a_key_that_is_not_taken_is_our_doing(kind):
    over = next_session.after(Level.L3, [ended(kind)], NOON)

    assert (over.ending, over.cause) == (RunEnding.FAILED, Cause.HARNESS)


def test_a_model_that_refuses_has_failed():
    assert next_session.after(Level.L3, [ended(SessionEnding.REFUSAL)], NOON).cause is Cause.AGENT


def test_a_limit_is_waited_for_until_the_time_it_names():
    reset = NOON + timedelta(hours=5)

    go = next_session.after(Level.L3, [ended(SessionEnding.USAGE_LIMIT, calls=1, retry_at=reset)], NOON)

    assert (go.mode, go.because, go.conversation) == (Mode.RESUME, "usage_limit", "c-1")
    assert reset <= go.at < reset + timedelta(minutes=1)


def test_those_who_wait_for_the_same_time_do_not_come_back_together():
    reset = NOON + timedelta(hours=5)
    waiting = [
        ended(SessionEnding.USAGE_LIMIT, calls=1, retry_at=reset, conversation=f"c-{number}")
        for number in range(20)
    ]

    back = [next_session.after(Level.L4, [one], NOON).at for one in waiting]

    assert len({at.replace(microsecond=0) for at in back}) > 10
    assert back == [next_session.after(Level.L4, [one], NOON).at for one in waiting], (
        "whoever decides, decides the same"
    )


def test_a_time_that_is_far_away_may_have_been_misread():
    far = ended(SessionEnding.USAGE_LIMIT, calls=1, retry_at=NOON + timedelta(days=6))

    assert (
        timedelta()
        <= next_session.after(Level.L3, [far], NOON).at - NOON - timedelta(hours=6)
        < timedelta(minutes=1)
    )


@pytest.mark.parametrize("kind", sorted(FOR_EVER))
def test_what_time_may_heal_is_never_given_up(kind):
    assert isinstance(next_session.after(Level.L3, [ended(kind)] * 50, NOON), Go)


@pytest.mark.parametrize(
    "kind",
    sorted(
        set(SessionEnding)
        - FOR_EVER
        - {SessionEnding.DONE, SessionEnding.REFUSAL, SessionEnding.AUTH, SessionEnding.BILLING}
    ),
)
def test_a_program_that_fails_again_and_again_without_a_tool_call_is_given_up(kind):
    sessions = [ended(kind)] * next_session.MOST_IN_VAIN

    assert isinstance(next_session.after(Level.L3, sessions[:-1], NOON), Go)
    over = next_session.after(Level.L3, sessions, NOON)
    assert over.ending is RunEnding.FAILED
    assert over.cause is (Cause.UNKNOWN if kind is SessionEnding.UNCLASSIFIED else Cause.AGENT)


def test_one_that_gets_on_in_between_is_not_given_up():
    sessions = (
        [ended(SessionEnding.CRASH)] * 4
        + [ended(SessionEnding.CRASH, calls=1)]
        + [ended(SessionEnding.CRASH)] * 4
    )

    assert isinstance(next_session.after(Level.L3, sessions, NOON), Go)


def test_the_pause_doubles_up_to_a_quarter_of_an_hour():
    pauses = [
        next_session.after(Level.L4, [ended(SessionEnding.CRASH)] * number, NOON).at - NOON
        for number in (1, 2, 3, 40)
    ]

    for pause, least in zip(pauses, (5, 10, 20, 720), strict=True):
        assert least <= pause.total_seconds() < least * 1.25


def test_a_session_that_lasted_ends_the_holding_back_and_one_that_is_done_at_once_does_not():
    crashes, long = [ended(SessionEnding.CRASH)] * 9, ended(SessionEnding.CRASH, calls=3, minutes=11)

    def pause(*sessions):
        return (next_session.after(Level.L4, sessions, NOON).at - NOON).total_seconds()

    assert 5 <= pause(*crashes, long) < 6.25
    assert 10 <= pause(*crashes, long, *crashes[:2]) < 12.5
    assert 720 <= pause(*[ended(SessionEnding.DONE)] * 20) <= 900


def test_a_full_memory_begins_anew_and_a_conversation_that_never_began_is_not_resumed():
    assert (
        next_session.after(Level.L3, [ended(SessionEnding.CONTEXT_OVERFLOW, calls=9)], NOON).mode
        is Mode.FRESH
    )
    assert (
        next_session.after(Level.L3, [ended(SessionEnding.NETWORK, conversation="")], NOON).mode is Mode.FIRST
    )
    assert next_session.after(Level.L3, [ended(SessionEnding.NETWORK, calls=1)], NOON).mode is Mode.RESUME


def test_a_conversation_in_which_no_model_ever_answered_is_not_resumed():
    silent, answered = ended(SessionEnding.NETWORK), ended(SessionEnding.NETWORK, calls=1)

    assert next_session.after(Level.L3, [silent], NOON).mode is Mode.FIRST
    assert next_session.after(Level.L3, [answered, silent], NOON).mode is Mode.RESUME


def test_the_last_conversation_that_was_answered_is_gone_back_to():
    """A session that ends before it says its conversation's name must not cost the memory of weeks."""
    answered, lost = ended(SessionEnding.DONE, calls=1), ended(SessionEnding.KILLED, conversation="c-2")
    waiting = ended(SessionEnding.USAGE_LIMIT, conversation="")

    for sessions in ([answered, lost], [answered, lost, lost], [answered, *[waiting] * 30, lost]):
        assert next_session.after(Level.L4, sessions, NOON).conversation == "c-1"


def test_one_that_was_resumed_in_vain_is_given_up_and_the_agent_told_that_it_worked_before():
    answered, failed = ended(SessionEnding.DONE, calls=1), ended(SessionEnding.UNCLASSIFIED, conversation="")

    assert next_session.after(Level.L4, [answered, failed, failed], NOON).mode is Mode.RESUME
    assert next_session.after(Level.L4, [answered, failed, failed, failed], NOON).mode is Mode.FRESH


def test_a_conversation_that_is_full_is_not_gone_back_to():
    full, killed = (
        ended(SessionEnding.CONTEXT_OVERFLOW, calls=9),
        ended(SessionEnding.KILLED, conversation=""),
    )

    assert next_session.after(Level.L3, [full, killed], NOON).mode is Mode.FRESH


KINDS = st.lists(
    st.builds(
        ended,
        st.sampled_from(SessionEnding),
        calls=st.integers(0, 2),
        conversation=st.sampled_from(["", "c"]),
    ),
    min_size=1,
    max_size=30,
)


@pytest.mark.full
@given(KINDS)
def test_the_forever_loop_never_gives_up_and_never_hurries(sessions):
    go = next_session.after(Level.L4, sessions, NOON)

    assert isinstance(go, Go)
    assert timedelta(seconds=5) <= go.at - NOON <= timedelta(minutes=15)


@pytest.mark.full
@given(KINDS, st.sampled_from(FINITE))
def test_every_end_of_a_session_has_an_answer(sessions, level):
    assert isinstance(next_session.after(level, sessions, NOON), Go | Over)
