import stat

import pytest

from nab.core.windows import submit_scripts
from nab.core.windows.submit_scripts import FoundScript, ScriptVerdict

FILE, X = stat.S_IFREG | 0o644, 0o111


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (None, ScriptVerdict.MISSING),
        (FoundScript(stat.S_IFLNK | 0o777, 9), ScriptVerdict.NO_FILE),
        (FoundScript(stat.S_IFDIR | 0o755, 4096), ScriptVerdict.NO_FILE),
        (FoundScript(stat.S_IFIFO | 0o755, 0), ScriptVerdict.NO_FILE),
        (FoundScript(FILE | X, 0), ScriptVerdict.EMPTY),
        (FoundScript(FILE | X, 2 << 20), ScriptVerdict.TOO_LARGE),
        (FoundScript(FILE, 10), ScriptVerdict.NOT_EXECUTABLE),
        (FoundScript(FILE | X, 10, b"#!/bin/sh"), ScriptVerdict.READY),
    ],
)
def test_what_can_be_seen_from_outside_is_judged(found, verdict):
    said, why = submit_scripts.judge(found)

    assert said is verdict
    assert bool(why) is (verdict is not ScriptVerdict.READY)


@pytest.mark.parametrize("line", [b"#!/bin/bash\r", b"#!/usr/bin/env bash\r", b"#!/bin/sh -e\r"])
def test_line_ends_of_windows_are_said_to_be_the_trouble(line):
    said, why = submit_scripts.judge(FoundScript(FILE | X, 10, line))

    assert said is ScriptVerdict.NO_INTERPRETER
    assert "line ends" in why


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (0, ScriptVerdict.READY),
        (1, ScriptVerdict.SYNTAX_ERROR),
        (127, ScriptVerdict.NO_INTERPRETER),
        (124, ScriptVerdict.READY),
        (None, ScriptVerdict.READY),
    ],
)
def test_how_the_trial_in_the_box_ended_is_read(code, verdict):
    assert submit_scripts.tried(0, "", "a remark") == (ScriptVerdict.READY, "a remark")
    assert submit_scripts.tried(code, "submit.sh: 3: Syntax error: end of file unexpected\n")[0] is verdict
