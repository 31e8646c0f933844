from datetime import timedelta

import pytest

from nab.core.facts import ReferenceSeen, ReferenceValue
from nab.core.scores import references
from nab.core.scores.references import Reference
from nab.core.windows.rounds import Round
from support.records.logs import NOON, Log

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE = Reference("v53", "id-of-v53", "benchmark_models")


def value(number=1269, day=3, said=0.01, percentile=0.5, version="1"):
    return ReferenceValue(number, "mmc", day, said, percentile, version)


def asked(*values, at=NOON, one=ONE):
    log = Log()
    log.add(ReferenceSeen(model=one.name, id=one.id, account=one.account, values=values), at)
    return references.known(log.events)


@pytest.mark.parametrize(
    ("ago", "due"),
    [(None, True), (HOUR, False), (23 * HOUR, False), (DAY, True), (9 * DAY, True), (-HOUR, True)],
    ids=["never", "an hour ago", "23 hours ago", "a day ago", "days ago", "in the future"],
)
def test_a_model_is_asked_for_once_a_day_whatever_a_clock_does(ago, due):
    known = references.known([]) if ago is None else asked(at=NOON - ago)

    assert known.is_due(ONE, NOON, DAY) is due


def test_what_was_published_before_is_no_news_and_a_revision_is():
    known = asked(value(), value(day=4))
    told = [value(), value(day=4, said=0.02), value(day=5), value(number=1270)]

    assert references.fresh(known.heard, ONE.id, told) == told[1:]
    assert references.fresh(known.heard, ONE.id, told) == []


def test_the_same_values_of_another_model_are_news():
    known = asked(value())

    assert references.fresh(known.heard, "another", [value()]) == [value()]


def test_a_model_that_was_named_by_itself_is_known_by_its_name_and_that_of_an_account_is_not():
    assert asked(one=Reference("alone", "id")).id_of("alone") == "id"
    assert asked(one=ONE).id_of(ONE.name) == ""
    assert asked(one=ONE).of("benchmark_models") == [ONE]
    assert asked(one=Reference("", "", "nobody")).of("nobody") == []


def rounds(*hours):
    return [Round(1269 + place, NOON + at * HOUR, NOON + (at + 1) * HOUR) for place, at in enumerate(hours)]


def test_the_pace_is_daily_and_where_rounds_are_faster_theirs():
    assert references.pace(rounds(0, 24, 48, 144)) <= DAY
    assert references.pace(rounds(0, 24, 48, 144)) > 23 * HOUR
    assert references.pace(rounds(0)) == references.pace([]) > 23 * HOUR
    assert references.pace(rounds(0, 1, 2)) == HOUR
