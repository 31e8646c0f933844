import re
import signal
import sys

import pytest

from nab.edges import failpoints, process
from nab.edges.failpoints import VARIABLE, Failpoint, Wanted
from support.repository.benches import REPOSITORY
from support.repository.rooms import LIB

PROGRAM = """
from nab.edges.failpoints import Failpoint, reach
for number in range(3):
    print(number, flush=True)
    reach(Failpoint.LOG_WRITTEN)
"""
KILLED = REPOSITORY / "tests" / "integration" / "log" / "test_killed_helpers.py"


@pytest.mark.parametrize(
    ("wanted", "printed", "code"),
    [
        ("log.written", 1, -signal.SIGKILL),
        ("log.written:3", 3, -signal.SIGKILL),
        ("census.told", 3, 0),
        ("", 3, 0),
    ],
    ids=["the first time", "the third time", "another place", "none"],
)
def test_a_process_ends_at_the_place_that_its_environment_names_and_nowhere_else(wanted, printed, code):
    ended = process.run(sys.executable, "-c", PROGRAM, env={VARIABLE: wanted}, check=False)

    assert (ended.exit_code, len(ended.stdout.split())) == (code, printed), ended.stderr


def test_no_place_is_wanted_where_nobody_tests(monkeypatch):
    assert failpoints.WANTED.name == "" != Wanted(Failpoint.LOG_WRITTEN).name


def test_every_place_is_in_the_code_once_and_somebody_is_killed_there():
    code = "\n".join(path.read_text() for path in LIB.rglob("*.py") if path.name != "failpoints.py")
    reached = re.findall(r"failpoints\.reach\(Failpoint\.(\w+)\)", code)
    tried = set(re.findall(r"Failpoint\.(\w+)", KILLED.read_text()))

    assert set(reached) == tried == set(Failpoint.__members__)
