"""Which commit of ours is at work. An installation from a wheel is no checkout, and has none."""

from __future__ import annotations

from pathlib import Path

from nab.core.errors import NabError
from nab.edges import process

CODE = ("lib", "scripts", "images", "pyproject.toml", "requirements.lock")
SECONDS = 10.0
OURS = ("-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


def commit(root: Path) -> tuple[str, bool] | None:
    """Return the commit of a checkout, and whether its code has changes beside it; an empty one where it is none.

    None when git does not answer: then nothing is known.
    """
    if not (root / ".git").exists():
        return "", False
    try:
        head = git(root, "rev-parse", "--verify", "HEAD")
        changes = git(root, "status", "--porcelain", "--", *CODE)
    except NabError:
        return None
    return head.strip(), bool(changes.strip())


def git(root: Path, *words: str) -> str:
    """Ask git about a checkout; nothing is written there, its index included."""
    return process.run(
        "git", "-C", str(root), *OURS, *words, timeout=SECONDS, env={"GIT_OPTIONAL_LOCKS": "0"}
    ).stdout
