"""What is left of a long log tells of everything under way what the whole log tells."""

from dataclasses import replace
from functools import cache

import msgspec
import pytest
from msgspec import structs

from nab.core.claims.families import REGISTERED
from nab.core.facts import (
    Poll,
    RecordSeen,
    RecordsSeen,
    ReferenceSeen,
    RoundResolved,
    ScoreSeen,
    SubmissionSeen,
    Tick,
)
from nab.core.log.closed_periods import NOTHING, Closed, touches
from nab.core.outcomes.evidence import gather
from nab.core.outcomes.outcomes import Cause, Outcome, Status
from nab.core.overview.compaction import compacted, is_settled, rounds_over, runs_over, stays
from nab.core.overview.overview import standings
from nab.core.text import times
from support.records.histories import History, Shape
from support.records.logs import Log
from support.statistics.claimed import RUNS, claimed

SHAPE = Shape(
    days=125, submitting=2, working=2, tick_minutes=240, polls_a_day=2, metrics=("mmc",), every_day=10,
    sessions_a_day=1, turns_a_day=2,
)  # fmt: skip


@cache
def whole():
    return [event for _, event in History(SHAPE).events()]


@cache
def left():
    """Return what is left of the whole, and what is closed."""
    events = whole()
    known = gather(events)
    now = standings(events, known=known)
    numbers = rounds_over(events, now)
    upto = max(times.text(now.rounds[number].closes) for number in numbers)
    closed = Closed({number: {} for number in numbers}, frozenset(runs_over(events, now)), upto)
    return compacted(events, known, now, closed), closed


def test_the_rows_of_rounds_that_are_not_closed_are_the_same():
    events, closed = left()
    rows = [row for row in standings(whole()).rows if row.round.number not in closed.rounds]

    assert list(standings(events, closed=closed.rounds).rows) == rows
    assert {row.outcome.status for row in rows} == {Status.VERIFIED, Status.MISSED}
    assert {row.made_by for row in rows} == {"scheduler", ""}


def test_rounds_are_closed_a_hundred_days_after_their_close_and_runs_thirty_after_their_end():
    _, closed = left()
    now = standings(whole())

    assert closed.rounds.keys() == set(range(min(now.rounds), min(now.rounds) + len(closed.rounds)))
    assert 15 < len(closed.rounds) < 25
    assert closed.runs
    assert all(now.runs[name].ended for name in closed.runs)
    assert not closed.runs & {one.run for one in now.enrolments.values()}


def test_compacting_what_was_compacted_leaves_it_as_it_is():
    events, closed = left()
    known = gather(events)
    now = standings(events, known=known, closed=closed.rounds)

    assert compacted(events, known, now, closed) == events


def row_that_is(status, detail=""):
    row = next(iter(standings(whole()).rows))
    return replace(row, outcome=Outcome(status, detail, Cause.UNKNOWN))


@pytest.mark.full
@pytest.mark.parametrize(
    ("status", "detail", "settled"),
    [
        (Status.VERIFIED, "on-time", True),
        (Status.VERIFIED, "scored", False),
        (Status.MISSED, "", True),
        (Status.DISPUTED, "", False),
        (Status.UNREACHABLE, "", False),
        (Status.SUBMITTED, "", False),
        (Status.PENDING, "", False),
    ],
)
def test_a_round_with_an_open_question_is_never_closed(status, detail, settled):
    assert is_settled(row_that_is(status, detail)) == settled


def test_one_open_question_keeps_its_round_open_and_no_other():
    now = standings(whole())
    asked = now.rows[0]
    disputed = replace(asked, outcome=Outcome(Status.DISPUTED, "", Cause.UNKNOWN))

    over = rounds_over(whole(), replace(now, rows=(disputed, *now.rows[1:])))

    assert rounds_over(whole(), now) - over == {asked.round.number}


def test_what_was_not_owed_is_in_a_checkpoint_as_in_the_whole_log_and_keeps_no_round_open():
    """Nor do the times of a round that nobody told: what Numerai scores in it stays."""
    events, now = whole(), standings(whole())
    who, first, unheard = "new-l4", min(now.rounds), max(now.rounds) + 99
    log = Log()
    for place, number in enumerate((first, max(now.rounds) - 3, unheard)):
        at = times.parse(events[0].known)
        log.add(replace_submission(SEEN, f"seen{place}"), at=at, entrant=who, round=number)
        for day, value in ((19, 0.1), (20, 0.2), (25, -0.3), (26, None)):
            score = ScoreSeen(
                metric="mmc", day=day, value=value, percentile=None, submission="other", resolved=True
            )
            log.add(score, at=at, entrant=who, round=number)
    events = [structs.replace(one, seq=one.seq - 100) for one in log.events] + list(events)
    known = gather(events)
    now = standings(events, known=known)
    closed = Closed({number: {} for number in rounds_over(events, now)})
    rows = [row for row in now.rows if row.round.number not in closed.rounds]

    left = compacted(events, known, now, closed)

    assert list(standings(left, closed=closed.rounds).rows) == rows
    assert [(row.round.number, row.scores["mmc"].value) for row in rows if row.entrant == who] == [
        (max(now.rounds) - 3, 0.2),
        (unheard, 0.2),
    ]
    assert first in closed.rounds
    assert len(left) < len(events)


def replace_submission(seen, name):
    return structs.replace(seen, submission=name)


@pytest.mark.parametrize(("owed", "settled"), [(True, False), (False, True)])
def test_a_score_of_what_was_never_listed_is_an_open_question_only_where_it_was_owed(owed, settled):
    row = replace(row_that_is(Status.VERIFIED, "scored"), owed=owed)

    assert is_settled(row) is settled


def test_what_only_programs_tell_of_that_read_the_whole_log_is_in_no_checkpoint():
    log = Log()
    log.add(ReferenceSeen(model="m", id="i"))
    kept = log.add(TICK)

    assert not stays(log.add(RoundResolved(), round=1269), NOTHING)
    log.events.pop()
    known = gather(log.events)
    assert compacted(log.events, known, standings(log.events, known=known), NOTHING) == [kept]


CLOSED = Closed({1269: {"codex-l3": msgspec.Raw(b"{}")}}, frozenset({"run"}), upto="2026-05-16T13:10:00.000Z")
SEEN = SubmissionSeen(submission="s", status="on-time", selected=True, inserted_at="2026-05-16T12:30:00.000Z")
SCORE = ScoreSeen(metric="mmc", day=60, value=0.1, percentile=None, submission="s", resolved=True)
EARLIER, LATER = times.parse("2026-05-16T13:00:00Z"), times.parse("2026-05-16T14:00:00Z")
TICK = Tick(window="closed", decisions={})


@pytest.mark.parametrize(
    ("fact", "at", "about", "touched"),
    [
        (SEEN, LATER, {"round": 1269, "entrant": "codex-l3"}, True),
        (SEEN, LATER, {"round": 1270, "entrant": "codex-l3"}, False),
        (SCORE, LATER, {"round": 1269, "entrant": "new-l3"}, True),
        (SCORE, LATER, {"round": 1270, "run": "run"}, True),
        (SCORE, LATER, {"round": 1270, "run": "other"}, False),
        (Poll(ok=True), EARLIER, {"entrant": "codex-l3"}, True),
        (Poll(ok=True), LATER, {"entrant": "codex-l3"}, False),
        (TICK, EARLIER, {}, True),
        (TICK, LATER, {"round": 1270}, False),
    ],
)
def test_what_tells_of_something_closed_is_noticed(fact, at, about, touched):
    event = Log().add(fact, valid=at, **about)

    assert touches(event, CLOSED) == touched
    assert not touches(event, NOTHING)


def test_families_of_claims_stay_whatever_is_closed():
    events = claimed(1).events
    everything = Closed({number: {} for number in range(200)}, frozenset(RUNS.values()), "")
    (registered,) = [one for one in events if one.kind == REGISTERED]

    assert stays(registered, everything)


def test_of_what_was_told_of_records_the_last_word_on_each_stays_while_its_run_is_not_closed():
    log = Log()
    for file in ("over/calls/http.jsonl", "on/calls/http.jsonl", "on/calls/http.jsonl"):
        log.add(RecordsSeen(records=(RecordSeen(file, 0, 9, "ab"),)))
    known = gather(log.events)
    closed = Closed({}, frozenset({"over"}), "")

    kept = compacted(log.events, known, standings(log.events, known=known), closed)

    assert kept == [log.events[2]]
