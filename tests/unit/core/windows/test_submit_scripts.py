import stat

import pytest

from nab.core.windows import submit_scripts
from nab.core.windows.submit_scripts import Found, Verdict

FILE, X = stat.S_IFREG | 0o644, 0o111


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (None, Verdict.MISSING),
        (Found(stat.S_IFLNK | 0o777, 9), Verdict.NO_FILE),
        (Found(stat.S_IFDIR | 0o755, 4096), Verdict.NO_FILE),
        (Found(stat.S_IFIFO | 0o755, 0), Verdict.NO_FILE),
        (Found(FILE | X, 0), Verdict.EMPTY),
        (Found(FILE | X, 2 << 20), Verdict.TOO_LARGE),
        (Found(FILE, 10), Verdict.NOT_EXECUTABLE),
        (Found(FILE | X, 10, b"#!/bin/sh"), Verdict.READY),
    ],
)
def test_what_can_be_seen_from_outside_is_judged(found, verdict):
    said, why = submit_scripts.judge(found)

    assert said is verdict
    assert bool(why) is (verdict is not Verdict.READY)


@pytest.mark.parametrize(
    ("line", "program"),
    [
        (b"#!/bin/sh", "sh"),
        (b"#!/usr/bin/env python3", "python3"),
        (b"#! /usr/bin/env bash", "bash"),
        (b"#!/opt/venv/bin/python -u", "python"),
        (b"echo hello", "sh"),
        (b"#!", "sh"),
        (b"#!/usr/bin/env", "env"),
    ],
)
def test_the_first_line_names_the_program(line, program):
    assert Found(FILE | X, 10, line).program == program


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (0, Verdict.READY),
        (1, Verdict.SYNTAX_ERROR),
        (127, Verdict.NO_INTERPRETER),
        (124, Verdict.READY),
        (None, Verdict.READY),
    ],
)
def test_how_the_trial_in_the_box_ended_is_read(code, verdict):
    assert submit_scripts.tried(code, "submit.sh: 3: Syntax error: end of file unexpected\n")[0] is verdict
