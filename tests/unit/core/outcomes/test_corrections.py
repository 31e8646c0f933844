from datetime import timedelta

from nab.core.facts import Poll, SubmissionSeen, UploadSeen
from nab.core.outcomes.corrections import correction, upto
from nab.core.outcomes.evidence import gather
from nab.core.outcomes.outcomes import outcome, settles
from nab.core.text import times
from support.records.logs import CLOSES, NOON, ROUND, WHO, Log

DAY = timedelta(days=1)
SEEN = SubmissionSeen(submission="s1", status="on-time", selected=True, inserted_at=times.text(NOON))
LATER = settles(ROUND)


def corrected(log):
    known = gather(log.events)
    found = correction(known, WHO, ROUND, outcome(known, WHO, ROUND, LATER + 9 * DAY))
    return found.words if found else None


def test_a_miss_that_turns_out_a_submission_says_until_when_it_stood():
    log = Log()
    log.add(Poll(ok=True), at=LATER, entrant=WHO)
    log.about(SEEN, at=LATER + 4 * DAY)

    assert corrected(log) == "missed until May 20, 13:10 UTC, corrected"


def test_what_was_never_worth_publishing_is_no_correction():
    in_time, undecided = Log(), Log()
    in_time.about(SEEN)
    in_time.add(Poll(ok=True), at=LATER, entrant=WHO)
    undecided.add(Poll(ok=True), at=CLOSES - timedelta(minutes=1), entrant=WHO)
    undecided.about(SEEN, at=CLOSES)

    assert corrected(in_time) is None
    assert corrected(undecided) is None


def test_a_dispute_that_is_settled_says_so_too():
    log = Log()
    log.about(UploadSeen(submission="s1"))
    log.add(Poll(ok=True), at=LATER, entrant=WHO)
    log.about(SEEN, at=LATER + DAY)

    assert corrected(log).startswith("disputed until May 17")


def test_what_was_known_at_a_place_of_the_log_is_only_what_stood_before_it():
    log = Log()
    log.add(Poll(ok=True), at=LATER, entrant=WHO)
    log.about(SEEN, at=LATER + DAY)

    before = upto(gather(log.events), WHO, ROUND, 1)

    assert outcome(before, WHO, ROUND, LATER).words == "missed"
    assert len(before.about[WHO, ROUND.number]) == 0
