"""Each system call of a writer that meets a torn tail is made to fail, or to be its last."""

import re
import sys
from pathlib import Path
from signal import SIGKILL

import pytest

from nab.actions.log.verify import log_report
from nab.chaos import log as chaos
from nab.core.facts import Poll
from nab.edges import process
from nab.edges.log.event_log import EventLog

WRITER = """
import os, sys
from pathlib import Path
from nab.core.facts import Poll
from nab.edges.log.event_log import EventLog
log = EventLog(Path(sys.argv[1]), "test 1")
for _ in range(2):
    event = log.append(Poll(ok=True))
    os.write(1, f"{event.seq} {event.id}\\n".encode())
"""
CHANGES = ("write", "flock", "fsync", "fdatasync", "truncate", "ftruncate", "rename", "mkdir", "pwrite64")
ERRORS = ("EIO", "ENOSPC", "EDQUOT", "EROFS", "EACCES", "EXDEV", "ENOLCK", "EMFILE", "EINTR")

pytestmark = pytest.mark.skipif(not process.found("strace"), reason="strace is not installed")


def tear(folder: Path) -> Path:
    log = EventLog(folder, "test 1")
    for _ in range(2):
        log.append(Poll(ok=True))
    (segment,) = folder.glob("*.jsonl")
    with segment.open("ab") as file:
        file.write(b'{"crc":"0123')
    return folder


def traced(folder: Path, *options: str) -> tuple[process.Ended, str]:
    """Run the writer under strace; return how it ended and what was traced."""
    trace = folder.with_name(f"{folder.name}.trace")
    environment = {"PYTHONDONTWRITEBYTECODE": "1"}
    strace = ("strace", "-f", "-o", str(trace), *options)
    ended = process.run(*strace, sys.executable, "-c", WRITER, str(folder), check=False, env=environment)
    return ended, trace.read_text(encoding="utf-8")


def calls_of_a_clean_run(folder: Path, *options: str) -> list[tuple[str, int]]:
    """List each call as (name, the how-manieth of that name)."""
    ended, trace = traced(folder, *options)
    assert (ended.exit_code, len(ended.stdout.splitlines())) == (0, 2), ended.stderr
    names = re.findall(r"^\d+ +(\w+)\(", trace, re.MULTILINE)
    return [(name, names[: place + 1].count(name)) for place, name in enumerate(names)]


def assert_sound(folder: Path, ended: process.Ended, what: str) -> None:
    """The oracle: the next writer goes on, the chain holds, and nothing acknowledged is lost."""
    EventLog(folder, "test 1").append(Poll(ok=True))
    acked = {chaos.acknowledged(line) for line in ended.stdout.splitlines()}

    assert log_report(folder).problems == (), what
    assert chaos.lost(acked, EventLog(folder, "test 1").events()) == set(), what
    assert len(acked) == 2 or ended.exit_code != 0, what


def test_writer_killed_before_each_of_its_system_calls_loses_nothing(tmp_path):
    calls = calls_of_a_clean_run(tear(tmp_path / "clean"), f"--trace={','.join(CHANGES)}")
    for name, number in calls:
        folder = tear(tmp_path / f"{name}{number}")
        ended, _ = traced(folder, f"--trace={name}", f"--inject={name}:signal=KILL:when={number}")
        assert ended.exit_code == -SIGKILL
        assert_sound(folder, ended, f"killed before {name} {number}")
    assert {"write", "flock", "fsync", "fdatasync", "truncate", "rename", "pwrite64"} <= {
        name for name, _ in calls
    }


@pytest.mark.parametrize("error", ERRORS)
def test_error_of_any_system_call_is_loud_or_absorbed_and_loses_nothing(tmp_path, error):
    calls = calls_of_a_clean_run(tear(tmp_path / "clean"), f"--trace={','.join(CHANGES)}")
    for name, number in calls:
        folder = tear(tmp_path / f"{name}{number}")
        ended, trace = traced(folder, f"--trace={name}", f"--inject={name}:error={error}:when={number}")
        assert trace.count("INJECTED") == 1
        assert_sound(folder, ended, f"{error} from {name} {number}")


@pytest.mark.parametrize("error", ["EMFILE"])
def test_error_of_opening_any_file_of_the_log_is_loud_and_loses_nothing(tmp_path, error):
    def opens(folder):
        (segment,) = folder.glob("*.jsonl")
        ours = (folder, segment, folder / ".lock", folder / "torn")
        return ("--trace=openat", *(f"--trace-path={path}" for path in ours))

    clean = tear(tmp_path / "clean")
    for name, number in calls_of_a_clean_run(clean, *opens(clean)):
        folder = tear(tmp_path / f"{name}{number}")
        ended, trace = traced(folder, *opens(folder), f"--inject={name}:error={error}:when={number}")
        assert trace.count("INJECTED") == 1
        assert_sound(folder, ended, f"{error} from {name} {number}")
