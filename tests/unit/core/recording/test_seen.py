from datetime import timedelta

from nab.core.facts import RecordSeen, RecordsSeen
from nab.core.recording import seen
from support.records.logs import NOON, Log

HOUR = timedelta(hours=1)


def told(*lengths):
    log = Log()
    for place, length in enumerate(lengths):
        log.add(
            RecordsSeen(records=(RecordSeen("r/calls/http.jsonl", 0, length, "ab"),)), NOON + place * HOUR
        )
    return log.events


def test_a_record_is_as_long_as_it_was_told_last_by_an_event():
    events = told(10, 30)

    assert seen.lengths(events) == {"r/calls/http.jsonl": (30, events[1].seq)}
    assert seen.lengths(events, events[0].seq) == {"r/calls/http.jsonl": (10, events[0].seq)}
    assert seen.lengths(events, 0) == {}


def test_one_that_took_anothers_place_is_shorter_again():
    assert seen.lengths(told(30, 10))["r/calls/http.jsonl"].length == 10


def test_it_is_due_once_an_hour():
    events = told(10)

    assert seen.is_due([], NOON)
    assert not seen.is_due(events, NOON + HOUR / 2)
    assert seen.is_due(events, NOON + HOUR)
