"""When the demo's windows close and open, and when a round is done."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from nab.actions.demo import rounds
from nab.actions.demo.rounds import Moment, Play
from nab.core.outcomes.outcomes import Status
from nab.core.windows.rounds import BareRound

OPENED = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(number, seconds, *, closed=False):
    return Moment(OPENED + timedelta(seconds=seconds), number, not closed, OPENED)


def play(complete=(), seen_closed=0):
    return Play(first=1402, last=1404, complete=set(complete), seen_closed=seen_closed)


@pytest.mark.parametrize(
    ("playing", "moment", "comes"),
    [
        (play(), at(1401, 1), True),
        (play(), at(1401, 1, closed=True), True),
        (play(), at(1402, 25), False),
        (play(), at(1402, 3600), False),
        (play(complete=[1402]), at(1402, 19), False),
        (play(complete=[1402]), at(1402, 20), True),
        (play(complete=[1402]), at(1403, 25), False),
        (play(complete=[1402]), at(1402, 30, closed=True), False),
        (play(complete=[1402], seen_closed=1402), at(1402, 30, closed=True), True),
        (play(complete=[1402, 1403, 1404], seen_closed=1404), at(1404, 90, closed=True), False),
    ],
    ids=[
        "the round before is closed at once",
        "and the first one opened",
        "somebody is not in yet",
        "an hour later neither",
        "all are in, before twenty seconds",
        "all are in, after twenty seconds",
        "all were in the round before",
        "nobody has looked since the close",
        "somebody has",
        "the last one is closed",
    ],
)
def test_a_window_waits_for_everybody_and_the_next_one_for_a_look_at_the_close(playing, moment, comes):
    assert playing.comes_now(moment) is comes


def test_a_look_that_began_before_the_close_has_not_seen_it():
    playing = play()
    playing.looked(at(1402, 19), {1402})
    assert not playing.comes_now(at(1402, 21, closed=True))

    playing.looked(at(1402, 21, closed=True), {1402})
    assert playing.comes_now(at(1402, 24, closed=True))


@dataclass
class Row:
    number: int
    status: Status = Status.VERIFIED
    resolved: bool = True

    @property
    def round(self):
        return BareRound(self.number)

    @property
    def outcome(self):
        return SimpleNamespace(status=self.status)


def test_a_round_counts_when_everybody_is_in_it_and_it_has_the_last_score_of_each():
    standings = SimpleNamespace(
        enrolments={"baseline-l3": None, "random-l3": None},
        rows=[
            Row(1402), Row(1402),
            Row(1403), Row(1403, resolved=False),
            Row(1404), Row(1404, Status.MISSED),
            Row(1405),
        ],
    )  # fmt: skip

    assert rounds.complete(standings) == {1402, 1403}
    assert rounds.resolved(standings) == 1
