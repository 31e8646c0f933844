import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "bootstrap.sh"
LOCK = "# nothing is needed\n"

pytestmark = pytest.mark.full  # it makes real environments


def make_checkout(folder):
    """A repository whose lock file asks for nothing, so that no index is asked."""
    (folder / "scripts").mkdir(parents=True)
    (folder / "lib").mkdir()
    shutil.copy(SCRIPT, folder / "scripts")
    for name in ("requirements.lock", "requirements-dev.lock"):
        (folder / name).write_text(f"{LOCK}# {name}\n", encoding="ascii")
    return folder


@pytest.fixture
def checkout(tmp_path):
    return make_checkout(tmp_path / "fresh")


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    """A checkout that was bootstrapped once for the developers, and how that went."""
    folder = make_checkout(tmp_path_factory.mktemp("once") / "checkout")
    return folder, bootstrap(folder, "--dev")


@pytest.fixture
def ready(first_run, tmp_path):
    """A copy of the bootstrapped checkout, to change at will."""
    return shutil.copytree(first_run[0], tmp_path / "ready", symlinks=True)


def bootstrap(checkout, *arguments, python=sys.executable, path="/usr/bin:/bin"):
    return subprocess.run(
        [checkout / "scripts" / "bootstrap.sh", *arguments],
        env={"PATH": path, "NAB_PYTHON": python, "HOME": str(checkout)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def imports_from(checkout):
    code = "import sys; print(sys.path[-1])"
    return subprocess.run(
        [checkout / ".venv/bin/python", "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_first_run_makes_an_environment_that_finds_our_library(first_run):
    checkout, done = first_run

    assert done.returncode == 0, done.stderr
    assert imports_from(checkout) == str(checkout / "lib")


def test_a_second_run_does_nothing(ready):
    (ready / ".venv/bin/python").unlink()

    done = bootstrap(ready, "--dev")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_the_developers_environment_has_is_enough_for_everyone(ready):
    (ready / ".venv/bin/python").unlink()

    assert bootstrap(ready).returncode == 0


def test_a_changed_lock_file_is_installed(ready):
    (ready / "requirements.lock").write_text("# other\n", encoding="ascii")

    assert "installing requirements.lock" in bootstrap(ready).stderr
    assert hashlib.sha256(b"# other\n").hexdigest() in (ready / ".venv/.ready").read_text(encoding="ascii")


def test_an_interrupted_install_is_made_again_from_nothing(ready):
    (ready / ".venv/.ready").unlink()
    (ready / ".venv/.unfinished").touch()
    (ready / ".venv/half").touch()

    assert bootstrap(ready).returncode == 0
    assert not (ready / ".venv/half").exists()
    assert not (ready / ".venv/.unfinished").exists()


def test_a_failed_install_shows_its_last_lines_and_leaves_no_stamp(ready):
    (ready / "requirements.lock").write_text("this is not a requirement\n", encoding="ascii")

    done = bootstrap(ready)

    assert done.returncode == 2
    assert "installing requirements.lock failed" in done.stderr
    assert not (ready / ".venv/.ready").exists()


def test_without_a_python_there_is_one_sentence_and_a_remedy(checkout):
    tools = checkout / "tools"
    tools.mkdir()
    for name in ("env", "bash", "dirname", "sha256sum", "cut", "grep", "id"):
        (tools / name).symlink_to(shutil.which(name))

    done = bootstrap(checkout, python="no-such-python", path=str(tools))

    assert done.returncode == 2
    assert "no Python 3.11 or newer" in done.stderr
    assert "apt-get install python3" in done.stderr
