"""Our unit files, read as plain text, and systemd's own opinion of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from support.engines import engines
from support.repository.benches import REPOSITORY

UNITS = REPOSITORY / "systemd"
INSTALLED = "etc/systemd/system"
BY_ANSIBLE, PLACED = REPOSITORY / "ansible/files", ("nabrelease.service", "nabupdate.service")
RELEASE, UPDATE = "/usr/local/sbin/nab-release", "/usr/local/sbin/nab-update"
FOREIGN = """
    basic.target docker.service multi-user.target network-online.target shutdown.target
    sysinit.target system.slice time-set.target time-sync.target timers.target
"""
SHARED = UNITS / "nab-.service.d/sandbox.conf"


def names(ending: str) -> list[str]:
    """List our units of a kind."""
    return sorted(path.name for path in UNITS.glob(f"*.{ending}"))


def values(unit: str, key: str) -> list[str]:
    """Return what a unit sets for a key, what all services share included."""
    texts = [(UNITS / unit).read_text()] + ([SHARED.read_text()] if unit.endswith(".service") else [])
    return [found for text in texts for found in re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)]


def value(unit: str, key: str) -> str:
    """Return what a unit sets for a key, once."""
    (found,) = values(unit, key)
    return found


def programs(unit: str) -> list[str]:
    """Return the words that a service starts."""
    return value(unit, "ExecStart").split()


def analyzer_or_skip() -> str:
    """Return the program that checks units."""
    return shutil.which("systemd-analyze") or engines.missing("no systemd-analyze: apt-get install systemd")


def analyzed(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ask systemd-analyze. `environment` is all that it gets beside PATH."""
    return subprocess.run(
        [analyzer_or_skip(), *words],
        capture_output=True, text=True, check=False, timeout=60,
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", **environment},
    )  # fmt: skip


def root(folder: Path) -> Path:
    """Make a machine's root folder in which our units are installed, and all that they name is there."""
    shutil.copytree(UNITS, folder / INSTALLED)
    for unit in PLACED:
        shutil.copy(BY_ANSIBLE / unit, folder / INSTALLED)
        (folder / INSTALLED / f"{unit}.d").mkdir()
        shutil.copy(BY_ANSIBLE / "sandbox.conf", folder / INSTALLED / f"{unit}.d")
    for name in FOREIGN.split():
        foreign = "[Service]\nExecStart=/bin/true\n" if name.endswith(".service") else "[Unit]\n"
        (folder / INSTALLED / name).write_text(foreign)
    for program in {"/bin/true", RELEASE, UPDATE, *(programs(unit)[0] for unit in names("service"))}:
        path = folder / program.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    return folder


def verified(folder: Path) -> str:
    """Return what systemd finds wrong with the units in a root folder. Its exit code alone would not tell."""
    units = [str(path) for path in sorted((folder / INSTALLED).glob("nab*.*")) if path.is_file()]
    done = analyzed("verify", "--man=no", f"--root={folder}", *units)
    return done.stderr + (f"exit code {done.returncode}" if done.returncode else "")
