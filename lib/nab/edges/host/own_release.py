"""The release that a program was started from: it holds on to it by its full name, wherever `current` leads later."""

from __future__ import annotations

import os
import sys
from pathlib import Path

BUILT = ".built"  # the mark of a whole release, made by nab-release


def of(installation: Path) -> str:
    """Name the release that an installation is; empty where it is a checkout."""
    return installation.resolve().name if (installation / BUILT).exists() else ""


def kept_beside(installation: Path) -> set[str] | None:
    """Name the releases that are kept where an installation is one of them; None for a checkout."""
    if not of(installation):
        return None
    return {mark.parent.name for mark in installation.resolve().parent.glob(f"*/{BUILT}")}


def hold() -> None:
    """Start this program anew by the full name of its release, where it was started through a link to it.

    What is imported later then comes from the same release, its sidecars too, and whoever removes old releases sees
    that this one is at work. Anywhere else nothing happens.
    """
    environment = Path(sys.prefix)
    own = environment.resolve()
    if own == environment or not (own.parent / BUILT).exists():
        return
    words = [os.path.realpath(word) if word == sys.argv[0] else word for word in sys.orig_argv[1:]]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(own / "bin/python", [str(own / "bin/python"), *words])  # noqa: S606 - it is this very program
