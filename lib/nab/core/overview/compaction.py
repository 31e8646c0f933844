"""Which events nothing under way depends on any more: a checkpoint of the log leaves them out.

The log itself keeps every event for ever. What a checkpoint holds tells of everything that is still under way what the
whole log tells. A round that is over and a run that has ended long ago are closed; should anything be learned of one
after all, the log is read whole again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import accumulate, pairwise

from nab.core.facts import (
    RanksSeen,
    RecordsSeen,
    ReferenceSeen,
    RegimeSeen,
    RoundRanked,
    RoundResolved,
    ScoreSeen,
    Tick,
    UploadSeen,
    UsageCounted,
    tag,
    tags,
)
from nab.core.log.closed_periods import Closed
from nab.core.log.events import Event
from nab.core.outcomes import box_uptime
from nab.core.outcomes.evidence import LISTED, LISTED_WITHIN, POLL, ROUND_KINDS, TICK, Asked, Evidence, of
from nab.core.outcomes.outcomes import Status, settles
from nab.core.overview.overview import Row, Standings
from nab.core.recording import seen
from nab.core.scores.scores import SCORE, deciding, last_words
from nab.core.text import times
from nab.core.turns import ledger
from nab.core.windows import attempts
from nab.core.windows.rounds import ROUND, Round
from nab.core.windows.window import Window

FRESH = timedelta(days=7)  # what was learned so short a while ago stays, but for scores
ROUND_IS_OVER = timedelta(
    days=100
)  # after its close; Numerai has resolved it within 95 (nab.core.outcomes.polling)
RUN_IS_OVER = timedelta(days=30)  # after its end
NEWEST_RUNS = 3  # are shown, however long ago they ended
OFF_THE_CLOCK = 1.0  # seconds by which the wall clock and the machine's own differ: it slept, or was set
BULK = tags(ScoreSeen, ReferenceSeen, RecordsSeen)  # most of a log
# Told of by programs that read the whole log.
READ_WHOLE = tags(RanksSeen, ReferenceSeen, RegimeSeen, RoundRanked, RoundResolved)
OF_A_CLOSED_RUN = (box_uptime.OF_INTEREST | ledger.OF_INTEREST) - {tag(UsageCounted)}
OF_A_CLOSED_ROUND = {LISTED, ROUND}


def rounds_over(events: Iterable[Event], standings: Standings) -> set[int]:
    """Return the rounds of which everything is settled, long ago, and nothing was learned lately."""
    present = times.parse(standings.as_of)
    since = times.text(present - FRESH)
    lately = {event.round for event in events if event.known >= since}
    unsettled = {row.round.number for row in standings.rows if not is_settled(row)}
    over = {
        number for number, one in standings.rounds.items() if settles(one) + ROUND_IS_OVER <= present
    }  # fmt: skip
    return over - lately - unsettled


def is_settled(row: Row) -> bool:
    """Say whether a row asks nothing of anybody: no alarm is about it."""
    status, detail = row.outcome.status, row.outcome.detail
    never_listed = detail == "scored" and row.owed
    return status in {Status.MISSED, Status.REFUSED} or (status is Status.VERIFIED and not never_listed)


def runs_over(events: Iterable[Event], standings: Standings) -> set[str]:
    """Return the runs that ended long ago and are needed for nothing: no window, no table, no news."""
    present = times.parse(standings.as_of)
    since = times.text(present - FRESH)
    needed = {event.run for event in events if event.known >= since}
    needed |= {one.run for one in standings.enrolments.values()} | {*list(standings.runs)[-NEWEST_RUNS:]}
    ended = times.text(present - RUN_IS_OVER)
    return {name for name, run in standings.runs.items() if run.ended and run.since < ended} - needed


def compacted(events: Sequence[Event], known: Evidence, standings: Standings, closed: Closed) -> list[Event]:
    """Leave out what nothing under way depends on."""
    live = [one for number, one in standings.rounds.items() if number not in closed.rounds]
    since = times.text(times.parse(standings.as_of) - FRESH)
    chosen = {
        *polls(known, live),
        *ticks(known, live),
        *counting_scores(events, known, closed),
        *newest_firings(events),
        *anchors(events),
        *lengths_of_records(events, closed),
    }
    return [
        event
        for event in events
        if event.seq in chosen or stays(event, closed) or (event.known >= since and event.kind not in BULK)
    ]


def stays(event: Event, closed: Closed) -> bool:
    """Say whether an event stays for its kind and what it is about; ticks, polls and scores are chosen one by one."""
    if event.kind in {POLL, TICK, SCORE, seen.SEEN} or event.kind in READ_WHOLE:
        return False
    if event.kind in ROUND_KINDS | {ROUND}:
        return event.round not in closed.rounds or event.kind in OF_A_CLOSED_ROUND
    return event.run not in closed.runs or event.kind in OF_A_CLOSED_RUN


def polls(known: Evidence, live: Sequence[Round]) -> Iterator[int]:
    """Yield the polls that live rounds are judged by, and those by which it is told when to ask again."""
    for entrant, asked in known.asked.items():
        yield from last_polls(asked)
        yield from first_polls(asked, live)
        for window in live:
            for event, _ in of(known.about.get((entrant, window.number), ()), UploadSeen):
                due = times.text(times.parse(event.known) + LISTED_WITHIN)
                for instant in (times.text(settles(window)), due):
                    yield asked.answer_since(instant, event.seq) or 0


def last_polls(asked: Asked) -> Iterator[int]:
    """Yield the newest answer, and every silence since."""
    last = asked.answered[-1:]
    yield from (seq for _, seq in last)
    yield from (seq for at, seq, _ in asked.unanswered if not last or at > last[0][0])


def first_polls(asked: Asked, live: Sequence[Round]) -> Iterator[int]:
    """Yield the first answers and silences after each close: by when they were, and by when we learned of them."""
    for found in (asked.answered, [(at, seq) for at, seq, _ in asked.unanswered]):
        seqs = [seq for _, seq in found]
        least = [*accumulate(reversed(seqs), min)][::-1]
        for window in live:
            for instant in (window.closes, settles(window)):
                place = bisect_left(found, (times.text(instant), 0))
                yield from (*seqs[place : place + 1], *least[place : place + 1])


def ticks(known: Evidence, live: Sequence[Round]) -> Iterator[int]:
    """Yield the ticks of live windows, those at which Numerai fell silent or spoke again, and the newest."""
    for window in live:
        yield from (event.seq for event, _ in known.looks(window))
    in_order = sorted((event for _, _, event in known.ticks), key=lambda event: event.seq)
    told = [(event.seq, fact) for event, fact in of(in_order, Tick)]
    yield from (seq for seq, _ in told[-1:])
    yield from [seq for seq, fact in told if fact.skew_seconds is not None][-1:]
    before = ""
    for seq, fact in told:
        silent = fact.window == Window.UNKNOWN
        if silent != (before == Window.UNKNOWN):
            yield seq
        before = fact.window


def counting_scores(events: Iterable[Event], known: Evidence, closed: Closed) -> Iterator[int]:
    """Yield of every round that is not closed the first and the last score, and what tells which of them count.

    Whether Numerai has told the round's times or not: what it scores is evidence.
    """
    words = last_words(events)
    for place, about in known.about.items():
        found = of(about, ScoreSeen) if place[1] not in closed.rounds else []
        yield from (event.seq for event, _ in (*found[:1], *found[-1:]))
        for _, first in found[:1]:
            yield from (event.seq for event in deciding(words.get(place, {}), first))


def newest_firings(events: Iterable[Event]) -> Iterator[int]:
    """Yield for every entrant when it was fired for last: turns go by that."""
    yield from {event.entrant: event.seq for event in events if event.kind == attempts.FIRED}.values()


def lengths_of_records(events: Sequence[Event], closed: Closed) -> Iterator[int]:
    """Yield the last word on how far each record goes of a run that is not closed."""
    told = seen.lengths(events).items()
    yield from {one.seq for file, one in told if seen.run_of(file) not in closed.runs}


def anchors(events: Sequence[Event]) -> Iterator[int]:
    """Yield the events around every start of the machine, sleep of it and step of its clock: time is told by them."""
    for one, after in pairwise(events):
        if one.boot != after.boot or off_the_clock(one, after):
            yield one.seq
            yield after.seq


def off_the_clock(one: Event, after: Event) -> bool:
    passed = (times.parse(after.known) - times.parse(one.known)).total_seconds()
    return abs(passed - (after.mono - one.mono)) > OFF_THE_CLOCK
