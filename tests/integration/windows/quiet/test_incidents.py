"""The two incidents that this was built against, replayed with the real scripts; and what is like them."""

import pytest

from nab.actions.windows import reconcile
from nab.core.facts import OutcomeChanged, Tick
from nab.core.levels import Level
from nab.core.outcomes.outcomes import Status
from nab.core.windows.duties import Action, Reason
from nab.edges.numerai import api


def script(world, name, *options):
    said = world.script(name, *options)
    assert said.returncode == 0, said.stderr
    return said.stdout


def test_an_l4_without_a_submit_script_has_a_decision_and_a_row_within_one_tick(quiet):
    """Ten days of an L4's work were invisible: its submit.sh was looked for before its level was asked."""
    loop = quiet.enrol("codex", Level.L4)
    number = quiet.to_a_fresh_round()

    said = script(quiet, "watch_window.py")

    assert f"{loop}: observe" in said
    (tick,) = [event.fact for event in quiet.bench.log.events() if isinstance(event.fact, Tick)]
    assert set(tick.decisions) == {loop}
    assert quiet.row(loop, number).outcome.status is Status.OPEN
    quiet.upload(loop)
    script(quiet, "watch_window.py")
    assert quiet.row(loop, number).outcome.words == "verified on-time"
    assert loop in script(quiet, "results.py")
    assert f'"{loop}"' in (quiet.bench.paths.rounds / f"{number}.json").read_text()


@pytest.mark.parametrize("fruitless", [24, 100, pytest.param(2000, marks=pytest.mark.soak)])
def test_a_submission_that_is_listed_after_any_number_of_looks_turns_the_published_miss(quiet, fruitless):
    """Round 1269 stood as missed for ever: nobody looked any more after 24 looks."""
    loop = quiet.enrol("codex", Level.L4)
    number = quiet.to_a_fresh_round()
    script(quiet, "watch_window.py")
    quiet.fault("listed-late:seconds=1000000")
    quiet.upload(loop)
    quiet.past_the_grace()
    script(quiet, "reconcile.py", "--now")
    assert quiet.row(loop, number).outcome.status is Status.MISSED
    for _ in range(fruitless - 1):
        assert reconcile.look(quiet.bench, api.connect(quiet.bench.config), loop)
    assert quiet.row(loop, number).outcome.status is Status.MISSED

    quiet.clear()
    script(quiet, "reconcile.py", "--now")

    row = quiet.row(loop, number)
    assert row.outcome.words == "verified on-time"
    of_the_round = [event.fact for event in quiet.bench.log.events() if event.round == number]
    changes = [fact for fact in of_the_round if isinstance(fact, OutcomeChanged)]
    assert [(one.old, one.new, one.because) for one in changes] == [
        ("missed", "verified on-time", row.outcome.because)
    ]
    script(quiet, "build_site.py")
    page = (quiet.bench.paths.site / f"rounds/{number}/index.html").read_text()
    assert "verified on-time (missed until " in page
    assert ", corrected)" in page


def test_neither_an_engine_that_is_down_nor_a_silent_numerai_keeps_a_tick_from_deciding_for_all(alone):
    due = alone.enrol("baseline", Level.L3, script="#!/bin/sh\n")
    loop = alone.enrol("codex", Level.L4)
    number = alone.to_a_fresh_round()

    decisions = alone.tick()

    assert decisions == {
        due: (Action.ALERT, Reason.NO_ENGINE),
        loop: (Action.OBSERVE, Reason.AGENT_UNSEEN),
    }
    alone.server.terminate()
    alone.server.wait(20)
    assert set(alone.tick().values()) == {
        (Action.WAIT, Reason.UNANSWERED),
        (Action.OBSERVE, Reason.UNANSWERED),
    }
    (alone.bench.paths.tournament / "key.json").unlink()
    assert set(alone.tick()) == {due, loop}
    ticks = [event.fact for event in alone.bench.log.events() if isinstance(event.fact, Tick)]
    assert [one.window for one in ticks] == ["open", "unknown", "unknown"]
    assert all("no Docker engine" in one.engine for one in ticks)
    assert alone.row(due, number).outcome.status is Status.OPEN
