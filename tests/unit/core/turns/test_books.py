"""Turns that were written down are decided with later as if the log were read then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nab.core.turns.books import Books, Candidate, SeenBox, situation
from nab.core.turns.machine_clock import Moment
from nab.core.turns.situations import State
from nab.core.windows.window import Window

SLOT, BOOT = "nab-slot-gpu0", "b1"
THEN = datetime(2026, 5, 16, 12, tzinfo=UTC)
HOLDER = Candidate(
    run="one", entrant="codex-l4", level="L4", queued_at="2026-05-16T11:00:00.000Z", served=100.0, serving=1,
    held=60.0, noticed=20.0, beside=False, resumes=True, waits=False, again_at="",
)  # fmt: skip
WAITS = replace(HOLDER, run="two", entrant="claude-l4", served=50.0, serving=0, held=None, noticed=None)
LOST = replace(WAITS, run="three", waits=True, again_at="2026-05-16T12:05:00.000Z")
BOOKS = Books(
    boot=BOOT, mono=1000.0, owed=70.0, paying=1, silent=False,
    opens="2026-05-16T12:01:00.000Z", closes="2026-05-16T13:00:00.000Z",
    slice_seconds=3600, candidates={SLOT: (HOLDER, WAITS, LOST)},
)  # fmt: skip
BOXES = {"one": SeenBox("1", SLOT, "running"), "two": SeenBox("2", "nab-wait-two", "paused")}


def later(seconds, boot=BOOT, books=BOOKS, boxes=BOXES):
    return situation(
        books, SLOT, boxes, Moment(THEN + timedelta(seconds=seconds), boot, books.mono + seconds)
    )


def test_what_goes_on_grows_with_the_machines_time_and_nothing_else_does():
    seen = later(30)

    assert (seen.holder, seen.held, seen.noticed, seen.owed) == ("one", 90.0, 50.0, 40.0)
    assert [one.served for one in seen.contenders] == [130.0, 50.0]
    assert [one.state for one in seen.contenders] == [State.RUNNING, State.PAUSED]
    assert later(500).owed == 0.0


def test_a_boot_takes_no_time():
    assert later(30, boot="b2").held == 60.0


def test_a_run_that_lost_its_box_is_there_from_when_it_may_have_another():
    assert [one.run for one in later(299).contenders] == ["one", "two"]
    assert [one.run for one in later(300).contenders] == ["one", "two", "three"]


def test_a_box_that_has_ended_has_no_turn_and_another_slot_has_nobody():
    ended = BOXES | {"one": SeenBox("1", SLOT, "exited")}

    assert (later(1, boxes=ended).holder, [one.run for one in later(1, boxes=ended).contenders]) == (
        None,
        ["two"],
    )
    assert situation(BOOKS, "another", BOXES, Moment(THEN, BOOT, 1.0)).contenders == ()


@pytest.mark.parametrize(
    ("seconds", "silent", "window"),
    [(59, False, "closed"), (60, False, "open"), (3600, False, "closed"), (60, True, "unknown")],
)
def test_the_window_stands_as_it_does_by_then(seconds, silent, window):
    seen = later(seconds, books=replace(BOOKS, silent=silent))

    assert seen.window == Window(window)
    assert later(60, books=replace(BOOKS, opens="", closes="")).window is Window.CLOSED
