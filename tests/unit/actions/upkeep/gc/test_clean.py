import shutil
import subprocess
import sys

import pytest

from nab.actions.upkeep.gc import clean


@pytest.fixture
def environment(tmp_path):
    folder = tmp_path / ".venv"
    (folder / "lib").mkdir(parents=True)
    return folder


def started(environment, *words):
    """Start what waits until it is ended, as bootstrap.sh starts the compiler."""
    program = "print(flush=True); input()"
    child = subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=environment.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    child.stdout.readline()  # a process that only just began has no command line yet
    (environment / ".compiling").write_text(f"{child.pid}\n", encoding="ascii")
    return child


def test_what_compiles_packages_in_the_background_is_ended_before_they_are_removed(environment):
    child = started(environment, "-m", "compileall", "-q", ".venv/lib")

    clean.end_compiling(environment)
    assert child.wait(timeout=60) == -15

    clean.remove(environment)
    assert not environment.exists()


def test_a_process_that_has_the_compilers_number_and_is_another_is_left_alone(environment):
    child = started(environment)
    clean.end_compiling(environment)
    alive = child.poll() is None
    child.kill()
    child.wait()

    assert alive


@pytest.mark.parametrize("said", [None, "", "no number", "999999999"])
def test_where_nothing_compiles_nothing_happens(environment, said):
    if said is not None:
        (environment / ".compiling").write_text(said, encoding="ascii")

    clean.end_compiling(environment)
    shutil.rmtree(environment)
