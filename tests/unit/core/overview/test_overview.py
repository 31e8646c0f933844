from datetime import timedelta

import pytest

from nab.core.facts import Poll, RunStarted, ScoreSeen, SubmissionSeen, UploadSeen
from nab.core.levels import Level
from nab.core.outcomes.outcomes import settles
from nab.core.overview.overview import standings
from nab.core.text import times
from nab.core.windows.rounds import BareRound, Round
from support.records.logs import CLOSES, NOON, ROUND, RUN, WHO, Log, enrolled, intended, round_seen

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def score(metric, day, value):
    return ScoreSeen(metric=metric, day=day, value=value, percentile=0.5, submission="s", resolved=False)


def test_an_entrant_owes_nothing_for_rounds_that_opened_before_it_was_enrolled():
    log = Log()
    log.add(enrolled(), at=NOON + timedelta(minutes=1), entrant=WHO, run=RUN)
    log.add(round_seen(), round=1269)
    log.add(round_seen(Round(1270, NOON + timedelta(days=3), NOON + timedelta(days=3, hours=1))), round=1270)

    assert [(row.entrant, row.round.number) for row in standings(log.events).rows] == [(WHO, 1270)]


def test_a_score_is_final_at_its_horizon_whatever_the_resolved_flag_says():
    log = Log()
    log.add(enrolled(), at=NOON - timedelta(days=1), entrant=WHO, run=RUN)
    log.add(round_seen(), round=1269)
    for metric in ("v2_corr20", "mmc"):
        log.about(score(metric, 19, 0.01))
    assert not standings(log.events).rows[0].resolved

    for metric in ("v2_corr20", "mmc"):
        log.about(score(metric, 20, 0.02))
    log.about(score("mmc", 3, 0.5))

    row = standings(log.events).rows[0]
    assert row.resolved
    assert row.scores["mmc"].value == 0.02


def test_the_newest_word_on_a_rounds_times_holds():
    log = Log()
    log.add(round_seen(), round=1269)
    moved = Round(1269, ROUND.opens + timedelta(minutes=24), ROUND.closes)
    log.add(round_seen(moved), round=1269)

    assert standings(log.events).rounds[1269] == moved


def test_the_same_log_gives_the_same_standings():
    log = Log()
    log.add(enrolled(), at=NOON - timedelta(days=1), entrant=WHO, run=RUN)
    log.add(round_seen(), round=1269)

    assert standings(log.events) == standings(log.events)


def listed(submission="s1", at=NOON + 30 * MINUTE, **changed):
    told = {"submission": submission, "status": "on-time", "selected": True, "inserted_at": times.text(at)}
    return SubmissionSeen(**{**told, **changed})


def after_the_opening(*facts, told=True, who=True):
    """A log of an entrant that was enrolled when round 1269 was open, and of what was seen of it there."""
    log = Log()
    if told:
        log.add(round_seen(), round=1269)
    if who:
        log.add(intended(level=Level.L4), at=NOON + MINUTE, entrant=WHO, run=RUN)
        log.add(RunStarted(started_at=times.text(NOON + MINUTE)), at=NOON + MINUTE, entrant=WHO, run=RUN)
    for fact in facts:
        log.about(fact, at=CLOSES)
    log.add(Poll(ok=True), at=settles(ROUND) + DAY, entrant=WHO)
    return log


def told(log):
    return [(row.round.number, row.words, row.owed) for row in standings(log.events).rows]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ([listed()], "verified on-time"),
        ([listed(status="")], "verified on-time"),
        ([listed(status="late")], "verified late"),
        ([listed(at=CLOSES + MINUTE, status="")], "verified late"),
        ([listed(status="queued")], "verified queued"),
        ([listed(error="no such stocks")], "refused"),
        ([listed(error="no such stocks"), listed("s2")], "verified on-time"),
        ([score("mmc", 1, 0.1)], "verified scored"),
        ([UploadSeen(submission="s1")], "disputed"),
        ([UploadSeen(submission="s1"), listed()], "verified on-time"),
    ],
)
def test_what_was_seen_in_a_round_that_was_not_owed_has_a_row_and_is_marked(facts, words):
    (row,) = standings(after_the_opening(*facts).events).rows

    assert (row.outcome.words, row.owed) == (words, False)
    assert row.words.startswith(f"{words} (not owed)")
    assert row.outcome.because


def test_only_a_miss_needs_an_obligation():
    assert told(after_the_opening()) == []


def test_what_was_seen_of_somebody_who_was_never_enrolled_has_a_row_too():
    assert told(after_the_opening(listed(), who=False)) == [(1269, "verified on-time (not owed)", False)]


def test_a_round_whose_times_nobody_told_has_a_row_by_what_was_seen_in_it():
    log = after_the_opening(listed(status=""), score("mmc", 20, 0.1), told=False)

    (row,) = standings(log.events).rows
    assert (row.round, row.words, row.scores["mmc"].final) == (BareRound(1269), "verified (not owed)", True)
    assert standings(log.events).numbers == [1269]
    log.about(listed(status="late"))
    assert told(log) == [(1269, "verified late (not owed)", False)]
    log.add(round_seen(), round=1269)
    assert told(log) == [(1269, "verified late (not owed)", False)]


def test_what_is_queued_for_the_next_round_is_owed_before_anybody_tells_its_times():
    log = after_the_opening(listed())
    log.about(listed("s2", CLOSES + MINUTE, status="queued"), number=1270)

    assert told(log)[-1] == (1270, "verified queued", True)


def test_a_round_of_before_the_enrolment_does_not_hide_one_that_was_owed():
    log = after_the_opening(listed())
    later = Round(1270, NOON + DAY, CLOSES + DAY)
    log.add(round_seen(later), round=1270)
    log.add(Poll(ok=True), at=settles(later), entrant=WHO)

    assert told(log) == [(1269, "verified on-time (not owed)", False), (1270, "missed", True)]


def test_a_dispute_over_what_was_not_owed_says_until_when_it_stood():
    log = after_the_opening(UploadSeen(submission="s1"))
    log.about(listed(), at=CLOSES + 2 * DAY)

    ((_, words, _),) = told(log)
    assert words.startswith("verified on-time (not owed) (disputed until May 18")


def test_the_scores_of_a_row_are_those_of_the_submission_that_counts():
    log = after_the_opening(listed("old", selected=False), listed("new"))
    for submission, value in (("new", 0.2), ("old", 0.1)):
        fact = ScoreSeen(
            metric="mmc", day=20, value=value, percentile=None, submission=submission, resolved=False
        )
        log.about(fact)

    (row,) = standings(log.events).rows
    assert (row.outcome.submission, row.scores["mmc"].value) == ("new", 0.2)
