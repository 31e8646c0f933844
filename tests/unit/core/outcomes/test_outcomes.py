from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.facts import (
    AttemptEnded,
    AttemptStarted,
    Cause,
    Poll,
    ScoreSeen,
    SubmissionSeen,
    Tick,
    UploadSeen,
)
from nab.core.outcomes.evidence import gather
from nab.core.outcomes.outcomes import Status, outcome, settles
from nab.core.text import times
from nab.core.windows.duties import Reason
from support.records.logs import CLOSES, NOON, ROUND, WHO, Log

MINUTE = timedelta(minutes=1)
LATER = settles(ROUND) + MINUTE
NO_ROOM = Tick(window="open", decisions={WHO: ("alert", Reason.NO_ROOM.value)})


def seen(submission="s1", at=NOON + MINUTE, status="", selected=True):
    return SubmissionSeen(submission=submission, status=status, selected=selected, inserted_at=times.text(at))


def fold(log, now):
    return outcome(gather(log.events), WHO, ROUND, now)


def test_before_the_window_nothing_is_owed_and_in_it_the_round_is_open():
    assert fold(Log(), NOON - MINUTE).status is Status.PENDING
    assert fold(Log(), NOON + MINUTE).status is Status.OPEN


def test_an_unasked_numerai_never_makes_a_round_missed():
    assert fold(Log(), CLOSES + timedelta(days=30)).status is Status.PENDING


def test_a_negative_answer_before_the_grace_is_over_says_nothing():
    log = Log()
    log.add(Poll(ok=True), at=CLOSES + MINUTE, entrant=WHO)

    assert fold(log, LATER).status is Status.PENDING


def test_an_outage_after_the_close_is_unreachable_and_not_missed():
    log = Log()
    log.add(Poll(ok=False, error="504"), at=LATER, entrant=WHO)

    result = fold(log, LATER)

    assert (result.status, result.cause) == (Status.UNREACHABLE, Cause.NUMERAI)


def test_missed_needs_an_answer_after_the_close():
    log = Log()
    log.add(Poll(ok=True), at=LATER, entrant=WHO)

    assert fold(log, LATER).status is Status.MISSED


@pytest.mark.parametrize("fruitless", [24, 100, 2000])
def test_a_submission_listed_after_any_number_of_fruitless_looks_turns_a_missed_round_into_a_verified_one(
    fruitless,
):
    log = Log()
    for look in range(fruitless):
        log.add(Poll(ok=True), at=LATER + look * MINUTE, entrant=WHO)
    assert fold(log, LATER).status is Status.MISSED

    log.about(seen(), at=LATER + fruitless * MINUTE)

    result = fold(log, LATER + fruitless * MINUTE)
    assert result.words == "verified on-time"
    assert result.because == (fruitless + 1,)


def test_a_score_is_a_witness_for_a_submission_that_was_never_listed():
    log = Log()
    log.add(Poll(ok=True), at=LATER, entrant=WHO)
    log.about(
        ScoreSeen(metric="mmc", day=1, value=0.1, percentile=0.9, submission="s9", resolved=False), at=LATER
    )

    result = fold(log, LATER)

    assert (result.status, result.submission) == (Status.VERIFIED, "s9")


def test_lateness_is_numerais_word_first_and_the_deadline_second():
    late_by_time, late_by_word, queued = Log(), Log(), Log()
    late_by_word.about(seen(at=NOON + MINUTE, status="late"))
    late_by_time.about(seen(at=CLOSES + MINUTE))
    queued.about(seen(at=NOON - MINUTE, status="queued"))

    assert fold(late_by_time, LATER).detail == "late"
    assert fold(late_by_word, LATER).words == "verified late"
    assert fold(queued, NOON).detail == "queued"


def test_the_selected_submission_counts_and_without_one_the_newest():
    selected, none_selected = Log(), Log()
    for log, flag in ((selected, True), (none_selected, False)):
        log.about(seen("old", NOON + MINUTE, selected=flag))
        log.about(seen("new", NOON + 2 * MINUTE, selected=False))

    assert fold(selected, LATER).submission == "old"
    assert fold(none_selected, LATER).submission == "new"


def test_an_upload_that_numerai_does_not_list_is_disputed_only_after_the_grace():
    log = Log()
    log.about(UploadSeen(submission="s1"), at=NOON + MINUTE)
    log.add(Poll(ok=True), at=CLOSES + MINUTE, entrant=WHO)
    assert fold(log, LATER).status is Status.SUBMITTED

    log.add(Poll(ok=True), at=LATER, entrant=WHO)

    assert fold(log, LATER).status is Status.DISPUTED


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        ([], Cause.HARNESS),
        ([Tick(window="open", decisions={WHO: ("alert", Reason.NO_SCRIPT.value)})], Cause.AGENT),
        ([NO_ROOM], Cause.HARNESS),
        (
            [NO_ROOM, Tick(window="open", decisions={WHO: ("alert", Reason.NO_SCRIPT.value)}), NO_ROOM],
            Cause.AGENT,
        ),
        ([Tick(window="open", decisions={WHO: ("fire", "due")})], Cause.HARNESS),
        ([Tick(window="open", decisions={WHO: ("wait", "an older program's words")})], Cause.UNKNOWN),
        ([Tick(window="unknown", decisions={WHO: ("wait", Reason.UNANSWERED.value)})], Cause.NUMERAI),
        ([Tick(window="closed", decisions={WHO: ("wait", Reason.CLOSED.value)})], Cause.NUMERAI),
        ([Tick(window="open", decisions={WHO: ("alert", Reason.NO_ENGINE.value)})], Cause.HARNESS),
        ([AttemptStarted(container="c", script="x")], Cause.HARNESS),
        ([AttemptEnded(exit_code=1, seconds=2, cause=Cause.AGENT, reason="exit code 1")], Cause.AGENT),
        ([AttemptEnded(exit_code=None, seconds=2, cause=Cause.HARNESS, reason="no proxy")], Cause.HARNESS),
    ],
    ids=[
        "nobody looked",
        "no script",
        "no room",
        "no script either",
        "due",
        "nothing known",
        "no answer",
        "misled",
        "no engine",
        "fired and lost",
        "script failed",
        "no proxy",
    ],
)
def test_a_miss_says_whose_doing_it_was(facts, cause):
    log = Log()
    for fact in facts:
        if isinstance(fact, Tick):
            log.add(fact, round=ROUND.number)
        else:
            log.about(fact)
    log.add(Poll(ok=True), at=LATER, entrant=WHO)

    result = fold(log, LATER)

    assert (result.status, result.cause) == (Status.MISSED, cause)
    assert result.reason


def test_somebody_elses_evidence_changes_nothing():
    log = Log()
    log.about(seen(), entrant="claude-l3")
    log.about(seen(), number=1268)
    log.add(Poll(ok=True), at=LATER, entrant=WHO)

    assert fold(log, LATER).status is Status.MISSED


FACTS = st.lists(
    st.one_of(
        st.builds(Poll, ok=st.booleans()),
        st.just(UploadSeen(submission="s1")),
        st.just(AttemptStarted(container="c", script="x")),
        st.builds(
            AttemptEnded,
            exit_code=st.just(1),
            seconds=st.just(1.0),
            cause=st.just(Cause.AGENT),
            reason=st.just("r"),
        ),
    ),
    max_size=12,
)


@pytest.mark.full
@given(FACTS, FACTS)
def test_after_one_truthful_sighting_every_history_ends_in_verified(before, after):
    log = Log()
    for fact in before:
        log.about(fact, at=LATER)
    log.about(seen(), at=LATER)
    for fact in after:
        log.about(fact, at=LATER)

    assert fold(log, LATER).words == "verified on-time"


@pytest.mark.full
@given(FACTS)
def test_nothing_is_missed_without_an_answer_that_came_after_the_close(facts):
    log = Log()
    for fact in facts:
        log.about(fact, at=NOON)

    assert fold(log, LATER).status is not Status.MISSED


@pytest.mark.full
@given(FACTS, st.integers(0, 12))
def test_what_was_said_at_an_earlier_event_is_said_again_from_that_prefix(facts, cut):
    log = Log()
    for fact in facts[:cut]:
        log.about(fact, at=LATER)
    then, prefix = fold(log, LATER), len(log.events)
    for fact in facts[cut:]:
        log.about(fact, at=LATER)

    assert outcome(gather(log.events[:prefix]), WHO, ROUND, LATER) == then
