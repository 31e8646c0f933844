"""Real ticks on machines whose clock is wrong, steps, or tells another zone's time: as on one whose clock is right."""

from datetime import timedelta

import pytest

from nab.core.facts import Cause, Tick
from nab.core.levels import Level
from nab.core.outcomes.outcomes import Status
from nab.edges import clock


@pytest.mark.parametrize("zone", ["CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "<+14>-14"])
def test_the_zone_of_the_machine_changes_nothing(quiet, monkeypatch, zone):
    loop = quiet.enrol("codex", Level.L4)
    number = quiet.to_a_fresh_round()
    monkeypatch.setenv("TZ", zone)
    assert f"{loop}: observe" in quiet.script("watch_window.py").stdout
    quiet.upload(loop)
    assert quiet.script("watch_window.py").returncode == 0

    assert quiet.row(loop, number).outcome.words == "verified on-time"


@pytest.mark.parametrize("hours", [-2, 24, 480])
def test_a_clock_that_steps_in_a_window_gives_way_to_numerais(quiet, monkeypatch, hours):
    quiet.let_our_clock_go_along(monkeypatch)
    loop, other = quiet.enrol("codex", Level.L4), quiet.enrol("baseline", Level.L3)
    number = quiet.to_a_fresh_round()
    right = quiet.tick()
    before = clock.now
    monkeypatch.setattr(clock, "now", lambda: before() + timedelta(hours=hours))
    quiet.bench.log._now = clock.now

    assert quiet.tick() == right
    assert quiet.row(other, number).outcome.status is Status.OPEN
    quiet.upload(loop)
    quiet.past_the_grace()
    quiet.tick()
    assert quiet.row(loop, number).outcome.words == "verified on-time"
    assert quiet.row(other, number).outcome.status is Status.MISSED
    skews = [event.fact.skew_seconds for event in quiet.bench.log.events() if isinstance(event.fact, Tick)]
    assert abs(skews[-1] + hours * 3600) < 5


def test_a_machine_that_sleeps_through_a_whole_window_has_missed_it_itself(quiet, monkeypatch):
    quiet.let_our_clock_go_along(monkeypatch)
    loop = quiet.enrol("codex", Level.L4)
    quiet.to_a_fresh_round()
    quiet.tick()
    number = int(quiet.health()["round"]) + 1
    quiet.advance(quiet.until("next_opens") + 1100)  # over that round, into the one after it

    quiet.tick()
    quiet.script("reconcile.py", "--now")

    outcome = quiet.row(loop, number).outcome
    assert (outcome.status, outcome.cause) == (Status.MISSED, Cause.HARNESS)
    assert outcome.reason == "nobody looked while the window was open"
