from datetime import timedelta

from nab.core.facts import SubmissionSeen, UploadSeen
from nab.core.outcomes import sightings
from nab.core.outcomes.evidence import gather
from nab.core.outcomes.listings import listing
from nab.core.text import times
from nab.core.windows.duties import Listing
from support.records.logs import NOON, ROUND, WHO, Log

MINUTE = timedelta(minutes=1)


def seen(at, **changed):
    told = {"submission": "s1", "status": "on-time", "selected": True, "inserted_at": times.text(at)}
    return SubmissionSeen(**{**told, **changed})


def found(log, *, answered=True, now=NOON + 20 * MINUTE):
    return listing(gather(log.events), WHO, ROUND, now, answered=answered)


def test_what_was_listed_once_is_listed_though_numerai_does_not_answer_now():
    log = Log()
    log.about(seen(NOON + MINUTE))

    assert found(log) is Listing.LISTED
    assert found(log, answered=False) is Listing.LISTED


def test_a_late_upload_of_the_round_before_is_carried_over():
    log = Log()
    log.about(seen(NOON - MINUTE))

    assert found(log) is Listing.CARRIED


def test_a_submission_that_numerai_does_not_take_is_nothing():
    log = Log()
    log.about(seen(NOON + MINUTE, error="NaNs"))

    assert found(log) is Listing.NOTHING


def test_an_id_is_waited_for_ten_minutes_and_then_there_is_nothing():
    log = Log()
    log.about(UploadSeen(submission="s1"), at=NOON + 9 * MINUTE)

    assert found(log, now=NOON + 18 * MINUTE) is Listing.UPLOADED
    assert found(log, now=NOON + 20 * MINUTE) is Listing.NOTHING


def test_no_answer_is_not_nothing():
    assert found(Log()) is Listing.NOTHING
    assert found(Log(), answered=False) is Listing.UNKNOWN


def test_the_question_with_less_detail_takes_nothing_away():
    place, full = (1269, "s1"), seen(NOON, filename="p.csv", source="numerapi")
    brief = seen(NOON)

    assert sightings.fresh({place: brief}, {place: full}) == {}
    changed = sightings.fresh({place: seen(NOON, status="late")}, {place: full})
    assert changed[place] == seen(NOON, status="late", filename="p.csv", source="numerapi")
