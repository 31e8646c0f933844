"""The lock file of this repository and of others, as a target with another Python needs it."""

import pytest

from nab.core.releases import lock
from support.repository.benches import REPOSITORY

LOCK = """\
click==8.5.1 \\
    --hash=sha256:aa
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:dd
pywin32==312 ; sys_platform == 'win32' \\
    --hash=sha256:ee
"""


@pytest.mark.parametrize(
    ("python", "numpy"),
    [
        ("3.11", "numpy==2.4.6 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"),
        ("3.12", "numpy==2.5.5 \\\n    --hash=sha256:dd\n"),
    ],
)
def test_what_holds_for_a_python_is_kept_with_its_hashes(python, numpy):
    assert lock.for_python(LOCK, python) == f"click==8.5.1 \\\n    --hash=sha256:aa\n{numpy}"


def test_versions_are_compared_as_numbers():
    assert lock.is_true("python_full_version < '3.12'", "3.9")
    assert not lock.is_true("python_full_version < '3.9'", "3.11")


def test_a_condition_of_another_form_is_no_guess():
    with pytest.raises(ValueError, match="another form"):
        lock.is_true("platform_machine == 'arm64'", "3.11")


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_our_own_lock_file_is_understood(python):
    kept = lock.for_python((REPOSITORY / "requirements.lock").read_text(), python)

    names = [line.partition("==")[0] for line in kept.splitlines() if line[:1].isalpha()]
    assert "click" in names and "pywin32" not in names
    assert len(names) == len(set(names)), "one version of each"
    assert " ; " not in kept
