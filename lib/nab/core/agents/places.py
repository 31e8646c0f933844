"""Where what a session leaves stands: in the outbox, in the home folder, and in our copies of both."""

from __future__ import annotations

import fnmatch
import re

SESSION = re.compile(r"(?P<what>[a-z]{1,20})-(?P<number>[0-9]{1,9})")
COPIED = {"stdout": "stdout.jsonl", "stderr": "stderr.log"}  # in a session's folder: theirs, ours
HOME, FULL = "home", "full"  # beside the sessions' folders in our copies
SET_ASIDE = re.compile(r"(?P<name>.+)\.(?P<number>[1-9][0-9]{0,8})")


def rank(session: str) -> tuple[int, str]:
    """Return what sessions are sorted by: work-2 comes before work-10."""
    found = SESSION.fullmatch(session)
    return (int(found["number"]) if found else 0, session)


def following(session: str) -> str:
    """Name the session that comes after."""
    found = SESSION.fullmatch(session)
    if not found:
        raise ValueError(f"{session!r} is no session")
    return f"{found['what']}-{int(found['number']) + 1}"


def parts(pattern: str) -> list[str | re.Pattern[str]]:
    """Take a pattern such as .x/*/a-*.jsonl apart: names as they are, and what a name has to match.

    No * goes beyond one folder.
    """
    found = [part for part in pattern.split("/") if part not in {"", "."}]
    return [re.compile(fnmatch.translate(part)) if set(part) & set("*?[") else part for part in found]


def set_aside(name: str, present: set[str]) -> str:
    """Return the next free name for a copy that is kept because its source is no longer the same."""
    numbers = [int(found["number"]) for one in present if (found := aside(name, one))]
    return f"{name}.{max(numbers, default=0) + 1}"


def aside(name: str, other: str) -> re.Match[str] | None:
    """Say whether another name is that of a copy that was set aside."""
    found = SET_ASIDE.fullmatch(other)
    return found if found and found["name"] == name else None
