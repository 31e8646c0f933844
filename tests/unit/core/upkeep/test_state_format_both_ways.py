"""What this program writes into a state folder, the release before reads, and the other way round.

The release before is the tag v0.1.0 or, in a checkout without it, the commit that this one was begun at.
"""

import io
import json
import os
import subprocess
import sys
import tarfile

import pytest

from support.repository.benches import REPOSITORY

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]
BEFORE = ("v0.1.0", "eb4acde")
PARTS = ("lib", "scripts", "images", "tests/support")
WRITES = """
from pathlib import Path
from support.records import eventful
import sys
folder = Path(sys.argv[1]) / "events"
folder.mkdir(parents=True)
eventful.write(eventful.eventful(), folder)
"""
DERIVED = ("overview.json", "doors.json")


def git(*words):
    return subprocess.run(["git", "-C", REPOSITORY, *words], capture_output=True, check=False)


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """The folder of the release before."""
    found = [name for name in BEFORE if git("cat-file", "-e", f"{name}^{{commit}}").returncode == 0]
    if not found:
        pytest.skip(
            "this checkout has no history with the release before in it: git fetch --tags --unshallow"
        )
    folder = tmp_path_factory.mktemp("before")
    archive = git("archive", found[0], *PARTS).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder


class Program:
    """One version of the program, on a state folder of the test's."""

    def __init__(self, folder, state):
        self.folder, self.state = folder, state
        (state.parent / "nab.toml").touch()

    def python(self, *words, exit_code=0):
        done = subprocess.run(
            [sys.executable, *words],
            env={**os.environ, "PYTHONPATH": f"{self.folder}/lib:{self.folder}/tests"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == exit_code, done.stdout + done.stderr
        return done.stdout

    def script(self, name, *options, exit_code=0):
        where = ("--config", f"{self.state.parent}/nab.toml", "--state", str(self.state))
        return self.python(f"{self.folder}/scripts/{name}.py", *where, *options, exit_code=exit_code)

    def writes(self):
        self.python("-c", WRITES, str(self.state))
        self.script("verify")

    def reads(self):
        """Return what it says of the log, of runs, rounds and entrants."""
        return {
            "verify": self.script("verify").splitlines()[0],
            "status": sorted(json.loads(self.script("status", "--json"))["runs"][0].items()),
            "results": self.script("results"),
        }


@pytest.mark.parametrize("writer", ["this one", "the one before"])
def test_a_folder_is_read_by_both_whoever_wrote_it(before, tmp_path, writer):
    ours, theirs = (Program(folder, tmp_path / "state") for folder in (REPOSITORY, before))
    first, second = (ours, theirs) if writer == "this one" else (theirs, ours)
    first.writes()

    own, others = first.reads(), second.reads()

    assert "intact" in own["verify"]
    assert others["verify"].split()[-1] == own["verify"].split()[-1]  # the log's head; words may change
    assert others["results"] == own["results"]
    assert second.reads() == others
    assert first.reads() == own


def test_both_write_into_one_log_in_turns(before, tmp_path):
    ours, theirs = (Program(folder, tmp_path / "state") for folder in (REPOSITORY, before))
    ours.writes()
    appends = (
        "from pathlib import Path; import sys; from nab.edges.log.event_log import EventLog; "
        "from nab.core.facts import Tick; "
        "EventLog(Path(sys.argv[1]) / 'events', 'test').append(Tick(window='closed', decisions={}))"
    )

    for program in (theirs, ours, theirs):
        program.python("-c", appends, str(tmp_path / "state"))

    assert theirs.script("verify").splitlines()[0] == ours.script("verify").splitlines()[0]


def test_the_one_before_does_not_mind_the_marker_that_this_one_leaves(before, tmp_path):
    ours, theirs = (Program(folder, tmp_path / "state") for folder in (REPOSITORY, before))
    ours.writes()
    (tmp_path / "state/format.json").write_text('{"format": 1, "by": "0.2.0"}')

    assert "intact" in theirs.script("verify")
