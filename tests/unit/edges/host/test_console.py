"""Reports on a terminal and where none is."""

import io
import os
import pty
import re
import sys
from datetime import UTC, datetime

import pytest

from nab.core.text.tables import Table
from nab.edges import clock
from nab.edges.host import console, speech

REPORT = [
    "looked at 2026-11-30T20:57:00Z",
    Table(
        ("round", "outcome"),
        [("1402", "verified on-time"), ("1403", "LATE \x1b[2J[bold]" + " and more" * 20)],
    ),
]


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 30, 21, 0, tzinfo=UTC))


class Terminal:
    """A stream that a program takes for a terminal, and what came out of it."""

    def __init__(self):
        ours, theirs = pty.openpty()
        self.ours, self.stream = ours, os.fdopen(theirs, "w", encoding="utf-8")
        os.set_blocking(ours, False)

    def told(self):
        self.stream.flush()
        return os.read(self.ours, 1 << 16).decode()


@pytest.fixture
def terminal(monkeypatch):
    made = Terminal()
    for name, value in (("TERM", "xterm-256color"), ("COLUMNS", "60"), ("LINES", "24")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    yield made
    os.close(made.ours)


def shown(terminal, monkeypatch):
    """Show the report on a terminal; pytest has a stream of its own for the test until then."""
    monkeypatch.setattr(sys, "stdout", terminal.stream)
    with speech.guarded():
        console.show(REPORT)
    return terminal.told()


def test_where_no_terminal_is_there_are_plain_lines(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)

    console.show(REPORT)

    told = stream.getvalue()
    assert "(3 min ago)" in told and "1402   verified on-time\n" in told
    assert "\x1b" not in told and len(told.splitlines()) == 5


def test_on_a_terminal_words_have_colours_and_cells_are_wrapped(terminal, monkeypatch):
    told = shown(terminal, monkeypatch)

    assert re.search(r"\x1b\[32mon-time", told)
    assert "30;43mLATE" in told
    assert "\\x1b[2J[bold]" in told and "\x1b[2J" not in told
    assert max(len(re.sub(r"\x1b\[[\d;]*m", "", line).rstrip()) for line in told.split("\r\n")) <= 60


def test_who_wants_no_colours_has_none(terminal, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    assert not re.search(r"\x1b\[[\d;]*3\dm", shown(terminal, monkeypatch))


def test_a_terminal_that_only_knows_lines_gets_plain_ones(terminal, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")

    assert "\x1b" not in shown(terminal, monkeypatch)
