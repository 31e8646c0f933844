import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.windows import first_lines

LONG = b"#!/opt/" + b"v" * 300 + b"/bin/"


@pytest.mark.parametrize(
    ("line", "interpreter", "name"),
    [
        (b"#!/bin/sh", "/bin/sh", "sh"),
        (b"#! /bin/bash", "/bin/bash", "bash"),
        (b"#!\t/bin/bash \t", "/bin/bash", "bash"),
        (b"#!/bin/bash -eu", "/bin/bash", "bash"),
        (b"#!/usr/bin/env python3", "/usr/bin/env", "python3"),
        (b"#!/usr/bin/env -S python3 -u", "/usr/bin/env", "python3"),
        (b"#!/usr/bin/env -Spython3 -u", "/usr/bin/env", "python3"),
        (b"#!/usr/bin/env --split-string=python3 -u", "/usr/bin/env", "python3"),
        (b"#!/usr/bin/env -S -i -u X A=1 B='2 3' bash -e", "/usr/bin/env", "bash"),
        (b"#!/usr/bin/env -vS -- bash", "/usr/bin/env", "bash"),
        (b"#!/opt/venv/bin/python -u", "/opt/venv/bin/python", "python"),
        (b"#!bin/run", "bin/run", "run"),
        (b"#!sh", "./sh", "sh"),
        (b"#!/bin/sh\0 -x", "/bin/sh", "sh"),
        (b"echo hello", "/bin/sh", "sh"),
        (b"#!", "/bin/sh", "sh"),
        (b"#!  ", "/bin/sh", "sh"),
        (b"", "/bin/sh", "sh"),
        (b"#!/bin/sh " + b"e" * 300, "/bin/sh", "sh"),
        (LONG + b"bash", "/bin/sh", "sh"),
        (b"\xef\xbb\xbf#!/bin/bash", "/bin/sh", "sh"),
        (b"\x7fELF\x02\x01", "", ""),
    ],
)
def test_the_first_line_names_what_runs_a_script(line, interpreter, name):
    read = first_lines.read(line)

    assert (read.interpreter, read.name, read.trouble) == (interpreter, name, "")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b"#!/bin/bash\r", "line ends"),
        (b"#!/usr/bin/env python3\r", "line ends"),
        (b"#!/usr/bin/env python3 -u", "env -S"),
        (b"#!/usr/bin/env A=1 bash", "env -S"),
        (b"#!/usr/bin/env", "no program"),
        (b"#!/usr/bin/env -S A=1", "no program"),
        (b"#!/usr/bin/env -S 'bash", "no program"),
        (b"#!/bin/bash -e -u", "one argument"),
        (b"#!/usr/bin/python3 -u -E", "one argument"),
        (b"\xef\xbb\xbf#!/usr/bin/env python3", "byte order mark"),
        (LONG + b"python3", "255 bytes"),
        (b"\xff\xfe#\0!\0/\0b\0", "neither a text nor a program"),
    ],
)
def test_what_the_kernel_or_env_cannot_run_is_said_in_words(line, word):
    assert word in first_lines.read(line).trouble


@given(st.binary(max_size=300), st.sampled_from([b"", b"#!", b"#!/usr/bin/env -S ", b"\xef\xbb\xbf#!"]))
def test_no_bytes_break_it_and_there_is_something_to_look_for_or_a_word_why_not(rest, start):
    read = first_lines.read((start + rest).split(b"\n")[0])

    assert read.interpreter or read.remark or read.trouble


def test_what_runs_otherwise_than_meant_is_remarked():
    assert "byte order mark" in first_lines.read(b"\xef\xbb\xbf#!/bin/sh").remark
    assert "255 bytes" in first_lines.read(LONG + b"sh").remark
    assert first_lines.read(b"#!/bin/sh").remark == ""
