"""What counts as a turn, and what comes off it."""

from collections import Counter
from datetime import timedelta

import pytest
from msgspec import structs

from nab.core.facts import (
    Cause,
    Counts,
    GapSeen,
    Intervened,
    RunEnded,
    RunEnding,
    RunStarted,
    Tick,
    TurnBegan,
    TurnEnded,
    UsageCounted,
)
from nab.core.levels import Level
from nab.core.log.events import FIRST, Draft, Stamp, seal
from nab.core.text import times
from nab.core.turns.ledger import Ledger
from nab.core.turns.machine_clock import Moment
from support.records.logs import NOON, intended

ONE, TWO = "one-l4", "two-l4"


class Book:
    """A ledger that facts are told to, at seconds after noon."""

    def __init__(self):
        self.ledger = Ledger()
        self.boot, self.mono = "a", 0.0
        self.starts = Counter()

    def add(self, seconds, fact, who=ONE, valid=None):
        stamp = Stamp(NOON + timedelta(seconds=seconds), self.boot, seconds - self.mono, "test")
        about = {"entrant": who, "run": f"{who}-{self.starts[who]}"} if who else {}
        draft = Draft(
            fact=fact, valid=NOON + timedelta(seconds=valid) if valid is not None else None, **about
        )
        self.ledger.see(seal(draft, FIRST, stamp))

    def start(self, seconds, who=ONE, level=Level.L4):
        self.starts[who] += 1
        self.add(seconds, structs.replace(intended(who), level=level), who)
        self.add(seconds, RunStarted(started_at=at(seconds)), who, valid=seconds)

    def end(self, seconds, who=ONE, finished=None):
        finished_at = None if finished is None else at(finished)
        self.add(
            seconds,
            RunEnded(ending=RunEnding.FAILED, cause=Cause.AGENT, reason="x", finished_at=finished_at),
            who,
        )

    def row(self, seconds, who=ONE):
        return self.ledger.row(who, Moment(NOON + timedelta(seconds=seconds), self.boot, seconds - self.mono))

    def active(self, seconds, who=ONE):
        return self.row(seconds, who).active


def at(seconds):
    return times.text(NOON + timedelta(seconds=seconds))


def tick(window="closed"):
    return Tick(window=window, decisions={})


def paused(beside=False, cpu=None, gpu=None):
    return TurnEnded(because="x", active_seconds=0, beside=beside, cpu_seconds=cpu, gpu_seconds=gpu)


@pytest.fixture
def book():
    book = Book()
    book.start(0)
    return book


def test_a_turn_goes_from_the_start_of_the_box_to_now_or_to_its_end(book):
    assert book.active(100) == 100
    book.end(500, finished=300)
    assert book.active(900) == 300


def test_paused_time_is_nobodys(book):
    book.add(100, paused())
    book.add(700, TurnBegan(because="x"))
    book.add(800, paused())

    assert book.active(5000) == 200
    assert book.row(5000).turns == 2


def test_a_beginning_or_an_end_that_is_told_twice_counts_once(book):
    for seconds in (100, 110):
        book.add(seconds, paused())
    for seconds in (200, 210):
        book.add(seconds, TurnBegan(because="x"))

    assert book.active(300) == 200


def test_time_awake_in_a_window_is_kept_apart(book):
    book.add(100, paused())
    book.add(200, TurnBegan(because="window", beside=True))
    book.add(500, paused(beside=True))
    row = book.row(600)

    assert (row.active, row.beside) == (100, 300)


def test_time_without_a_proxy_does_not_count_once_it_is_known(book):
    assert book.active(1000) == 1000
    book.add(1000, GapSeen(witness="proxy", began=at(200), ended=at(500), reason="x"))
    row = book.row(1000)

    assert (row.active, row.lost) == (700, 300)


def test_a_gap_of_another_witness_takes_nothing_from_the_agent(book):
    book.add(1000, GapSeen(witness="git-watcher", began=at(200), ended=at(500), reason="x"))
    assert book.active(1000) == 1000


def test_of_a_gap_only_what_lies_in_a_turn_is_a_loss(book):
    book.add(300, paused())
    book.add(1000, GapSeen(witness="proxy", began=at(200), ended=at(900), reason="x"))
    assert book.row(1000).lost == 100


def test_an_outage_of_numerai_counts_while_it_lasts_and_is_forgiven_when_it_is_over(book):
    for seconds in (100, 400):
        book.add(seconds, tick("unknown"), who=None)
    assert book.active(500) == 500
    book.add(700, tick("closed"), who=None)
    assert (book.active(1000), book.row(1000).lost) == (400, 600)


def test_losses_at_the_same_time_are_lost_once(book):
    book.add(100, tick("unknown"), who=None)
    book.add(700, tick("open"), who=None)
    book.add(800, GapSeen(witness="proxy", began=at(600), ended=at(800), reason="x"))
    assert book.row(1000).lost == 700


def test_a_machine_that_is_down_takes_no_time(book):
    book.add(600, tick(), who=None)
    book.boot, book.mono = "b", 9000.0
    book.add(9010, tick(), who=None)
    book.end(9020, finished=9015)

    assert book.active(10_000) == 605


def test_meter_readings_and_tokens_add_up(book):
    book.add(100, paused(cpu=50.0, gpu=3.0))
    book.add(200, TurnBegan(because="x"))
    counts = Counts(input=1000, output=10)
    usage = UsageCounted(
        session="work-1", provider="p", model="m", answers=1, cut=0, counts=counts, upto=9, usd=0.25
    )
    book.add(250, usage)
    book.end(300)
    book.add(310, paused(cpu=7.0))
    row = book.row(400)

    assert (row.cpu, row.gpu, row.active) == (57.0, 3.0, 200)
    assert (row.used.cost, row.used.models[0].counts) == ("$0.25", counts)
    assert book.ledger.accounts["one-l4-1"].metered == 2


def test_a_newcomer_stands_where_the_least_served_one_does(book):
    book.start(0, TWO)
    book.add(400, paused())
    book.add(1000, paused(), TWO)
    book.start(2000, "new-l4")

    standings = {row.entrant: row.standing for row in book.ledger.rows(Moment(NOON, "a", 2000.0))}
    assert standings == {ONE: 400, TWO: 1000, "new-l4": 400}
    assert book.active(2000, "new-l4") == 0


def test_who_crashes_and_comes_back_soon_keeps_its_standing(book):
    book.start(0, TWO)
    book.end(100)
    book.add(1000, paused(), TWO)
    book.start(1100)
    assert book.row(1100).standing == 100


def test_who_was_away_for_a_day_stands_where_a_newcomer_would(book):
    book.start(0, TWO)
    book.end(100)
    book.add(30 * 3600, paused(), TWO)
    book.start(30 * 3600)
    assert book.row(30 * 3600).standing == 30 * 3600


def test_a_newcomer_in_an_outage_gains_nothing_by_it_and_loses_nothing(book):
    book.add(1000, tick("unknown"), who=None)
    book.add(5000, paused())
    book.start(5000, "new-l4")
    book.add(5000, paused(), "new-l4")
    during = {row.entrant: row.standing for row in book.ledger.rows(Moment(NOON, "a", 5000.0))}
    book.add(6000, tick(), who=None)
    after = {row.entrant: row.standing for row in book.ledger.rows(Moment(NOON, "a", 6000.0))}

    assert during == {ONE: 5000, "new-l4": 5000}
    assert after == {ONE: 1000, "new-l4": 1000}


def test_a_run_of_its_own_owes_the_l4_agents_as_much_as_it_had(book):
    book.add(0, paused())
    book.start(0, "alone-l3", Level.L3)
    book.end(500, "alone-l3")
    moment = Moment(NOON, "a", 900.0)
    assert book.ledger.still_owed(moment) == 500
    book.add(600, TurnBegan(because="x"))
    assert book.ledger.still_owed(moment) == 200
    book.add(1300, paused())
    assert book.ledger.owed == 0


def test_where_no_l4_agent_is_there_nothing_is_owed():
    book = Book()
    book.start(0, "alone-l3", Level.L3)
    book.end(500, "alone-l3")
    assert book.ledger.owed == 0


def test_a_notice_holds_for_the_turn_in_which_it_was_given(book):
    book.add(100, Intervened(what="yield", text="x"))
    account = book.ledger.accounts["one-l4-1"]
    assert account.noticed_at == 100
    book.add(160, paused())
    book.add(200, TurnBegan(because="x"))
    assert account.noticed_at is None
