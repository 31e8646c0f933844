from datetime import timedelta

import pytest

from nab.core.facts import (
    BoxEnded,
    BoxStarted,
    Cause,
    GapSeen,
    Poll,
    RunEnded,
    RunEnding,
    RunStarted,
    SubmissionSeen,
    Tick,
    TroubleSeen,
    TurnBegan,
    TurnEnded,
)
from nab.core.levels import Level
from nab.core.outcomes.evidence import gather
from nab.core.outcomes.outcomes import Status, outcome, settles
from nab.core.text import times
from nab.core.windows.duties import Reason
from support.records.logs import CLOSES, NOON, ROUND, Log, intended

MINUTE = timedelta(minutes=1)
LOOP, RUN = "codex-l4", "2026-05-15T090000Z-codex-l4"
SEEN = ("observe", Reason.AGENT_HAS_NOT.value)
PAUSED = ("observe", Reason.AGENT_PAUSED.value)
UNANSWERED = ("observe", Reason.UNANSWERED.value)


def night(at):
    return at - timedelta(hours=12)


def loop(*, started=True):
    """A log of an L4 run that was started the night before."""
    log = Log()
    log.add(intended(level=Level.L4), at=night(NOON), entrant=LOOP, run=RUN)
    if started:
        at = night(NOON)
        log.add(RunStarted(started_at=times.text(at)), at=at, valid=at, entrant=LOOP, run=RUN)
    return log


def of_run(log, fact, at):
    log.add(fact, at=at, entrant=LOOP, run=RUN)


def looked(log, *decisions):
    """A tick every ten minutes of the window, from its first minute on."""
    for number, decision in enumerate(decisions or [SEEN] * 6):
        window = "unknown" if decision == UNANSWERED else "open"
        about = {} if window == "unknown" else {"round": ROUND.number}
        log.add(
            Tick(window=window, decisions={LOOP: decision}), at=NOON + MINUTE + number * 10 * MINUTE, **about
        )


def judged(log):
    log.add(Poll(ok=True), at=settles(ROUND), entrant=LOOP)
    found = outcome(gather(log.events), LOOP, ROUND, settles(ROUND) + MINUTE)
    assert found.status is Status.MISSED
    assert found.because
    return found.cause, found.reason


def test_an_agent_that_was_awake_all_the_window_and_submitted_nothing_missed_it_itself():
    log = loop()
    looked(log)

    assert judged(log) == (
        Cause.AGENT,
        "its box was awake for 60 of the 60 minutes of the window, and it submitted nothing",
    )


def test_an_agent_that_we_had_paused_through_the_whole_window_is_the_harness_miss():
    log = loop()
    of_run(log, TurnEnded(because="slice", active_seconds=3600), night(NOON) + timedelta(hours=1))
    looked(log, *[PAUSED] * 6)
    of_run(log, TurnBegan(because="least served"), CLOSES + MINUTE)

    assert judged(log) == (Cause.HARNESS, "its box was paused through the whole window")


def test_paused_is_believed_from_the_ticks_too_where_no_turn_was_written_down():
    log = loop()
    looked(log, *[PAUSED] * 6)

    assert judged(log)[0] is Cause.HARNESS


def test_an_agent_that_was_awake_for_a_moment_only_could_not_be_expected_to_submit():
    log = loop()
    of_run(log, TurnEnded(because="slice", active_seconds=1), NOON + 5 * MINUTE)
    looked(log, SEEN, *[PAUSED] * 5)

    assert judged(log) == (
        Cause.HARNESS,
        "its box was awake for 5 of the 60 minutes of the window only",
    )


def lose(log, cause, began, ended, again_at=None):
    """The box is lost from then to then."""
    lost = BoxEnded(
        container="c1", started_at=times.text(night(NOON)), cause=cause, reason="as it said",
        again_at=times.text(again_at or ended), finished_at=times.text(began),
    )  # fmt: skip
    of_run(log, lost, began)
    log.add(
        BoxStarted(container="c1", started_at=times.text(ended)), at=ended, valid=ended, entrant=LOOP, run=RUN
    )


@pytest.mark.parametrize("cause", [Cause.HARNESS, Cause.UNKNOWN, Cause.AGENT])
@pytest.mark.parametrize(("first", "last", "lacked"), [(10, 50, 40), (-30, 90, 60)])
def test_a_round_missed_without_a_box_is_the_doing_of_whoever_ended_it(cause, first, last, lacked):
    log = loop()
    lose(log, cause, NOON + first * MINUTE, NOON + last * MINUTE)
    looked(log)

    assert judged(log) == (cause, f"it had no box for {lacked} of the 60 minutes of the window: as it said")


def test_a_box_that_was_killed_for_a_moment_is_no_excuse():
    log = loop()
    lose(log, Cause.HARNESS, NOON + 10 * MINUTE, NOON + 11 * MINUTE)
    looked(log)

    assert judged(log)[0] is Cause.AGENT


def test_an_agent_that_ended_its_box_and_then_waited_for_its_turn_was_kept_waiting_by_us():
    log = loop()
    lose(log, Cause.AGENT, NOON + 10 * MINUTE, NOON + 59 * MINUTE, again_at=NOON + 11 * MINUTE)
    looked(log)

    assert judged(log)[0] is Cause.HARNESS


def test_awake_beside_another_run_counts_once():
    log = loop()
    of_run(log, TurnBegan(because="window", beside=True), NOON)
    of_run(log, TurnEnded(because="slice", active_seconds=1), NOON + 10 * MINUTE)
    looked(log)

    assert judged(log)[1].startswith("its box was awake for 60 of the 60 minutes")


@pytest.mark.parametrize(
    ("ending", "cause", "expected"),
    [
        (RunEnding.STOPPED, Cause.HARNESS, Cause.HARNESS),
        (RunEnding.FAILED, Cause.AGENT, Cause.AGENT),
        (RunEnding.ORPHANED, Cause.HARNESS, Cause.HARNESS),
    ],
)
def test_a_run_that_had_ended_before_the_window_is_the_doing_of_whoever_ended_it(ending, cause, expected):
    log = loop()
    ended = RunEnded(ending=ending, cause=cause, reason="that is how", exit_code=1)
    of_run(log, ended, NOON - timedelta(hours=1))
    looked(log, *[("alert", Reason.AGENT_ENDED.value)] * 6)

    assert judged(log) == (expected, "its run had ended: that is how")


def test_an_agent_without_a_way_out_is_the_harness_miss():
    log = loop()
    gap = GapSeen(
        witness="proxy", began=times.text(NOON - MINUTE), ended=times.text(CLOSES + MINUTE), reason="it ended"
    )
    looked(log)
    of_run(log, gap, CLOSES + MINUTE)

    assert judged(log) == (Cause.HARNESS, "its box had no proxy while it was awake in the window")


def test_numerais_trouble_is_never_an_agents_miss():
    all_silent, one_silent, seen_by_the_proxy = loop(), loop(), loop()
    looked(all_silent, *[UNANSWERED] * 6)
    looked(one_silent, *[SEEN] * 5, UNANSWERED)
    looked(seen_by_the_proxy)
    trouble = TroubleSeen(calls=4, failed=4, example="Numerai had answered 429")
    seen_by_the_proxy.about(trouble, at=CLOSES, entrant=LOOP)

    assert judged(all_silent)[0] is Cause.NUMERAI
    assert judged(one_silent)[0] is Cause.UNKNOWN
    assert judged(seen_by_the_proxy) == (
        Cause.NUMERAI,
        "Numerai failed 4 of its 4 calls in the window: Numerai had answered 429",
    )


def test_a_suspend_over_the_whole_window_is_the_harness_miss_even_if_the_box_ran():
    log = loop()

    assert judged(log) == (Cause.HARNESS, "nobody looked while the window was open")


def test_a_submission_that_numerai_does_not_take_is_the_agents_miss():
    log = loop()
    looked(log)
    faulty = SubmissionSeen(
        submission="s1", status="", selected=False, inserted_at=times.text(NOON + MINUTE), error="NaNs"
    )
    log.about(faulty, at=CLOSES, entrant=LOOP)

    assert judged(log) == (Cause.AGENT, "Numerai does not take the submission: NaNs")
