"""Every package of the lock file as a wheel for the target's Python, so that the target asks no index."""

from __future__ import annotations

import sys
from pathlib import Path

from nab.core.errors import NabError
from nab.core.releases import lock
from nab.edges import process
from nab.edges.host import machine

PLATFORMS = (
    "manylinux_2_28",
    "manylinux_2_27",
    "manylinux_2_24",
    "manylinux_2_17",
    "manylinux2014",
    "manylinux1",
)


def fill(folder: Path, lock_file: Path, python: str) -> None:
    """Fetch what the lock file names, each by its hash. Nothing is built: one without a wheel is a NabError."""
    wanted = folder.parent.with_name("wanted.txt")
    wanted.write_text(lock.for_python(lock_file.read_text(encoding="utf-8"), python), encoding="utf-8")
    process.run(
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--only-binary=:all:", "--no-deps", "--require-hashes", "-r", str(wanted), "-d", str(folder),
        *target(python),
    )  # fmt: skip


def target(python: str) -> tuple[str, ...]:
    """Say to pip for which Python it fetches; our own needs no word."""
    if python == own_python():
        return ()
    short = python.replace(".", "")
    abis = ("--implementation", "cp", "--abi", f"cp{short}", "--abi", "abi3", "--abi", "none")
    platforms = (word for name in PLATFORMS for word in ("--platform", f"{name}_{machine.architecture()}"))
    return ("--python-version", python, *abis, *platforms)


def own_python() -> str:
    """Return the version of the Python that this runs on: 3.11."""
    return ".".join(map(str, machine.python_version()[:2]))


def known(python: str) -> str:
    """Return a version of Python as it is written: 3.13. Raises NabError for what is none, or too old."""
    parts = (python or own_python()).split(".")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or tuple(map(int, parts)) < (3, 11):
        raise NabError(f"{python!r} is no version of Python from 3.11 on", hint="make release PYTHON=3.13")
    return ".".join(parts)
