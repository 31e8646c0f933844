"""What is left of a long log tells of everything under way what the whole log tells."""

from dataclasses import replace
from functools import cache

import msgspec
import pytest

from nab.core.facts import Poll, ScoreSeen, SubmissionSeen, Tick
from nab.core.log.closed_periods import NOTHING, Closed, touches
from nab.core.outcomes.evidence import gather
from nab.core.outcomes.outcomes import Cause, Outcome, Status
from nab.core.overview.compaction import compacted, is_settled, rounds_over, runs_over
from nab.core.overview.overview import standings
from nab.core.text import times
from support.records.histories import History, Shape
from support.records.logs import Log

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
