"""A program that is run as one ends with all that it started."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from nab.edges import process


def gone(pid):
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_it_returns_what_was_printed_and_the_exit_code():
    ended = process.run_as_one("sh", "-c", "echo out; echo err >&2; exit 3", seconds=10)

    assert (ended.exit_code, ended.stdout, ended.stderr) == (3, "out\n", "err\n")


@pytest.mark.full
def test_at_the_limit_the_program_and_what_it_started_are_killed(tmp_path):
    note = tmp_path / "pid"

    ended = process.run_as_one("sh", "-c", f"sleep 300 & echo $! >{note}; wait", seconds=1)

    assert ended.exit_code == process.LATE
    assert gone(int(note.read_text()))


def test_a_program_is_told_on_its_standard_input_and_not_by_its_words():
    ended = process.run_told(
        "sh", "-c", "cat; echo $MORE; exit 3", told=b"a secret\n", seconds=60, env={"MORE": "x"}
    )

    assert (ended.exit_code, ended.stdout) == (3, "a secret\nx\n")


@pytest.mark.full
def test_of_a_program_that_was_told_and_hangs_what_it_printed_before_counts(tmp_path):
    note = tmp_path / "pid"

    words = f"echo first; echo $$ >{note}; exec sleep 300"
    ended = process.run_told("sh", "-c", words, told=b"", seconds=3, env={})

    assert (ended.exit_code, ended.stdout) == (process.LATE, "first\n")
    assert gone(int(note.read_text()))


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_program_whose_starter_is_killed_is_killed_too(tmp_path):
    note = tmp_path / "pid"
    words = f"'sh', '-c', 'echo $$ >{note}; exec sleep 300'"
    code = f"from nab.edges import process; process.run_as_one({words}, seconds=300)"
    starter = subprocess.Popen([sys.executable, "-c", code])
    while not (note.exists() and note.read_text().strip()):
        time.sleep(0.05)

    starter.send_signal(signal.SIGKILL)
    starter.wait()

    assert gone(int(note.read_text()))


def test_output_can_go_to_a_file_byte_for_byte(tmp_path):
    with (tmp_path / "out").open("w+b") as file:
        process.run("printf", r"\377\n", standard_output=file)
        file.seek(0)

        assert file.read() == b"\xff\n"
