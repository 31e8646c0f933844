"""Whose turn it is, case by case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.levels import Level
from nab.core.turns.decision import NOTICE_SECONDS, decide
from nab.core.turns.situations import Contender, State, TurnSituation
from nab.core.turns.steps import Begin, End, Name, Pause, Tell, Wake, steps
from nab.core.windows.window import Window
from support.records.logs import NOON

HOUR = timedelta(hours=1)
SLOT = "nab-slot-gpu0"


def one(run, served=0.0, level=Level.L4, state=State.PAUSED, **more):
    told = {"queued_at": "2026", "box": f"id-{run}", "name": f"nab-wait-{run}"} | more
    return Contender(run=run, entrant=run, level=level, state=state, served=served, **told)


def holding(run, served=0.0, level=Level.L4, **more):
    return one(run, served, level, State.RUNNING, **({"name": SLOT, "in_turn": True} | more))


def scene(*contenders, **more):
    return TurnSituation(**({"now": NOON, "slice": HOUR, "contenders": contenders} | more))


def test_the_least_served_goes_first():
    decision = decide(scene(one("a", 7200), one("b", 3600), one("c", 3700)))

    assert (decision.holder, decision.awake) == ("b", ("b",))
    assert decision.because == "b is the least served, 1.00 h before c with 1.03 h"


def test_who_waited_longer_goes_first_among_equals():
    assert decide(scene(one("a", queued_at="2027"), one("b", queued_at="2026"))).holder == "b"


def test_nobody_waits_where_nobody_is():
    decision = decide(scene())
    assert (decision.holder, decision.because, decision.awake) == (None, "nobody waits", ())


def test_a_slice_is_not_cut_short():
    decision = decide(scene(holding("a", 9e9), one("b"), holder="a", held=600.0))

    assert (decision.holder, decision.tell) == ("a", None)
    assert decision.look_again == NOON + timedelta(minutes=5)


def test_a_minute_before_its_slice_is_over_the_holder_is_told_and_keeps_the_slot():
    decision = decide(scene(holding("a", 3600), one("b"), holder="a", held=3541.0))
    assert (decision.holder, decision.tell) == ("a", "a")
    assert decision.look_again == NOON + timedelta(seconds=60)


@pytest.mark.parametrize(("noticed", "holder"), [(0.0, "a"), (59.0, "a"), (60.0, "b"), (900.0, "b")])
def test_the_slot_passes_on_a_minute_after_the_notice(noticed, holder):
    decision = decide(scene(holding("a", 3600), one("b"), holder="a", held=3700.0, noticed=noticed))
    assert (decision.holder, decision.tell) == (holder, None)


def test_a_notice_alone_ends_no_slice():
    decision = decide(scene(holding("a", 3600), one("b"), holder="a", held=1000.0, noticed=500.0))
    assert decision.holder == "a"


def test_whoever_is_still_the_least_served_goes_on():
    decision = decide(scene(holding("a", 100), one("b", 7200), holder="a", held=4000.0))
    assert (decision.holder, decision.tell) == ("a", None)
    assert decision.because.startswith("its slice is over and a is the least served")


@pytest.mark.parametrize("level", [Level.L1, Level.L2, Level.L3])
def test_a_run_of_its_own_is_not_sliced(level):
    decision = decide(scene(holding("a", level=level), one("b"), holder="a", held=9e6))
    assert (decision.holder, decision.awake) == ("a", ("a",))


def test_a_run_of_its_own_waits_for_the_end_of_the_slice_and_goes_then():
    waiting = one("x", level=Level.L3, state=State.QUEUED)
    assert decide(scene(holding("a"), waiting, holder="a", held=60.0)).holder == "a"
    assert decide(scene(holding("a"), waiting, holder="a", held=3700.0, noticed=60.0)).holder == "x"


def test_a_run_of_its_own_waits_until_the_l4_agents_had_as_much():
    waiting = one("x", level=Level.L3, state=State.QUEUED)
    decision = decide(scene(one("a"), waiting, owed=7200.0))
    assert decision.holder == "a"
    assert "x waits until the L4 agents had 2.00 h more" in decision.because
    assert decide(scene(waiting, owed=7200.0)).holder == "x", "where none waits nothing is owed"


def test_of_two_runs_of_their_own_the_one_that_has_begun_goes_on():
    begun = one("y", level=Level.L3, state=State.RUNNING, queued_at="2027")
    assert (
        decide(scene(one("x", level=Level.L3, state=State.QUEUED), begun, one("a"), owed=99.0)).holder == "y"
    )


WINDOW = {
    "window": Window.OPEN,
    "opens": NOON - timedelta(minutes=10),
    "closes": NOON + timedelta(minutes=50),
}


def test_in_a_window_all_l4_runs_that_have_begun_are_awake():
    queued, alone = one("q", state=State.QUEUED), one("x", level=Level.L3, state=State.QUEUED)
    decision = decide(scene(holding("a"), one("b"), queued, alone, holder="a", held=60.0, **WINDOW))
    assert (decision.holder, decision.awake, decision.together) == ("a", ("a", "b"), True)


def test_in_a_window_they_are_awake_beside_a_run_of_its_own():
    decision = decide(scene(holding("x", level=Level.L3), one("b"), holder="x", held=60.0, **WINDOW))
    assert (decision.holder, decision.awake) == ("x", ("b", "x"))


@pytest.mark.parametrize(("minutes", "together"), [(5.1, True), (5.0, False), (4.0, False)])
def test_five_minutes_before_the_close_they_sleep_again(minutes, together):
    closes = NOON + timedelta(minutes=minutes)
    decision = decide(scene(one("a"), one("b"), window=Window.OPEN, opens=closes - HOUR, closes=closes))
    assert decision.together is together


@pytest.mark.parametrize(
    ("hour", "together"), [(0, True), (0.99, True), (1, False), (12, False), (24, True), (24.93, False)]
)
def test_of_a_long_window_they_are_together_in_its_first_and_its_last_hour(hour, together):
    opens = NOON - hour * HOUR
    decision = decide(scene(one("a"), one("b"), window=Window.OPEN, opens=opens, closes=opens + 25 * HOUR))
    assert decision.together is together


def test_when_numerai_does_not_answer_nobody_is_woken_and_who_is_awake_in_its_hour_stays_so():
    runs = (holding("a"), one("b", state=State.RUNNING, beside=True), one("c"))
    told = {**WINDOW, "window": Window.UNKNOWN}
    assert decide(scene(*runs, holder="a", held=60.0, **told)).awake == ("a", "b")
    assert decide(scene(*runs, holder="a", held=60.0, window=Window.UNKNOWN)).awake == ("a",)
    later = {**told, "closes": NOON + timedelta(minutes=4)}
    assert decide(scene(*runs, holder="a", held=60.0, **later)).awake == ("a",)


def test_it_looks_again_when_a_window_opens():
    opens = NOON + timedelta(minutes=2)
    assert decide(scene(one("a"), opens=opens, closes=opens + HOUR)).look_again == opens


CONTENDERS = st.lists(
    st.builds(
        one,
        st.sampled_from("abcdef"),
        st.floats(0, 1e6),
        st.sampled_from(Level),
        st.sampled_from(State),
        in_turn=st.booleans(),
        beside=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.run,
)
SCENES = st.builds(
    TurnSituation,
    now=st.just(NOON),
    slice=st.just(HOUR),
    contenders=CONTENDERS.map(tuple),
    holder=st.sampled_from(["a", "b", "nobody", None]),
    held=st.floats(0, 1e5),
    noticed=st.none() | st.floats(0, 1e4),
    owed=st.floats(0, 1e5) | st.just(0.0),
    window=st.sampled_from(Window),
    opens=st.just(NOON - HOUR / 2) | st.none(),
    closes=st.just(NOON + HOUR / 2) | st.none(),
)


@pytest.mark.full
@given(SCENES)
def test_every_decision_has_a_reason_names_only_who_is_there_and_is_the_same_again(found):
    decision = decide(found)
    there = {one.run: one for one in found.contenders}

    assert decision.because
    assert decision == decide(replace(found, contenders=tuple(reversed(found.contenders))))
    assert (decision.holder is None) == (not there)
    assert set(decision.awake) <= set(there)
    assert decision.holder is None or decision.holder in decision.awake
    assert all(there[run].sliced for run in decision.awake if run != decision.holder)
    assert decision.together or len(decision.awake) == 1 or found.window is Window.UNKNOWN or not there
    assert timedelta(0) < decision.look_again - found.now <= timedelta(minutes=5)


def test_a_change_is_written_down_before_a_pause_and_after_the_box_goes_on():
    found = scene(holding("a", 3600), one("b"), holder="a", held=3700.0, noticed=60.0)
    kinds = [(type(step), step.run) for step in steps(found, decide(found), SLOT)]
    assert kinds == [(End, "a"), (Pause, "a"), (Name, "a"), (Name, "b"), (Wake, "b"), (Begin, "b")]


def test_a_change_in_a_window_pauses_nobody():
    beside = one("b", state=State.RUNNING, beside=True)
    found = scene(holding("a", 3600), beside, holder="a", held=3700.0, noticed=NOTICE_SECONDS, **WINDOW)
    plan = steps(found, decide(found), SLOT)

    assert {type(step) for step in plan} == {Name, End, Begin}
    assert [(step.run, step.beside) for step in plan if isinstance(step, Begin)] == [
        ("b", False),
        ("a", True),
    ]
    assert [(step.run, step.beside) for step in plan if isinstance(step, End)] == [("b", True), ("a", False)]


def test_all_as_it_should_be_needs_no_step():
    found = scene(holding("a"), one("b"), holder="a", held=60.0)
    assert steps(found, decide(found), SLOT) == []


def test_a_notice_is_a_step():
    found = scene(holding("a", 3600), one("b"), holder="a", held=3590.0)
    assert [type(step) for step in steps(found, decide(found), SLOT)] == [Tell]


def test_a_box_that_was_never_started_is_named_and_left_to_the_launcher():
    found = scene(one("a", state=State.QUEUED))
    assert steps(found, decide(found), SLOT) == [Name("a", SLOT)]
    unmade = scene(one("a", state=State.QUEUED, box="", name=""))
    assert steps(unmade, decide(unmade), SLOT) == []
