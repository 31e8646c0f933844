from msgspec import structs

from nab.core.health import verdict
from nab.core.health.alarms import Alarm
from nab.core.health.checks import Check, CheckVerdict
from nab.core.health.verdict import words

FINE = Check("log", CheckVerdict.OK, "12 events")
BROKEN = Check("engine", CheckVerdict.FAIL, "no answer", "start it")
OLD_TICK = Alarm("tick", "the window watcher looked last at 12:00")


def health(checks=(FINE,), alarms=(), at="12:00", told=None, before=None):
    return verdict.health(checks, alarms, at, told or {}, before)


def test_where_the_release_works_and_no_alarm_holds_all_is_well():
    found = health()

    assert (found.well, found.healthy, found.why, found.since) == (True, True, (), "12:00")
    assert words(found) == "well since 12:00"


def test_a_release_that_does_not_work_and_an_alarm_are_both_why_not():
    found = health([FINE, BROKEN], [OLD_TICK])

    assert (found.well, found.healthy) == (False, False)
    assert found.why == ("engine: no answer", OLD_TICK.text)
    assert words(found) == "NOT WELL since 12:00"


def test_an_alarm_says_nothing_of_the_release():
    found = health(alarms=[OLD_TICK])

    assert (found.well, found.healthy) == (False, True)
    assert found.alarms[0].page == "docs/alarms.md#tick"


def test_since_when_holds_until_the_verdict_turns():
    first = health()
    second = health(at="12:15", before=first)
    third = health(alarms=[OLD_TICK], at="12:30", before=second)
    fourth = health([BROKEN], at="12:45", before=third)

    assert [one.since for one in (first, second, third, fourth)] == ["12:00", "12:00", "12:30", "12:30"]
    assert health(at="13:00", before=fourth).since == "13:00"


def test_an_alarm_holds_since_it_was_told_or_since_it_was_first_seen_here():
    first = health(alarms=[OLD_TICK], at="12:00")
    second = health(alarms=[OLD_TICK], at="12:15", before=first)

    assert second.alarms[0].since == "12:00"
    assert (
        health(alarms=[OLD_TICK], at="12:15", told={"tick": "11:50"}, before=first).alarms[0].since == "11:50"
    )
    assert structs.replace(second, at="12:00").alarms == first.alarms


def test_each_check_that_failed_is_an_alarm_and_alarms_are_not():
    found = health([FINE, BROKEN], [OLD_TICK])

    assert verdict.alarms(found) == (Alarm("health:engine", "not well, engine: no answer"),)
    assert verdict.alarms(health(alarms=[OLD_TICK])) == verdict.alarms(None) == ()
