"""What a remote said to a push or a fetch, from git's exit code and words."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from nab.core.text import printable

TIMED_OUT = {124, 137}  # of `timeout`
MOST_WORDS = 200
NO_COMPLAINTS = ("hint:", "To ", "Please make sure", "and the repository")


class Answer(StrEnum):
    """One of these, in the words of the status."""

    TAKEN = "taken"
    BEHIND = "somebody else has pushed there"
    REFUSED = "the remote refuses what is pushed"
    DENIED = "the remote does not let us in"
    STRANGER = "the host is not the one that we know"
    ABSENT = "there is no such repository"
    LATE = "the remote did not finish in time"
    UNREACHABLE = "the remote cannot be reached"
    FAILED = "git failed"
    WITHHELD = "something in it has to stay here"  # what we say ourselves


class Said(NamedTuple):
    """The answer, and the words in which it came."""

    answer: Answer
    words: str = ""


WORDS: tuple[tuple[Answer, re.Pattern[str]], ...] = tuple(
    (answer, re.compile(form, re.IGNORECASE))
    for answer, form in (
        (
            Answer.STRANGER,
            r"host key verification failed|no .* host key is known|certificate (?:problem|verification failed)"
            r"|SSL certificate",
        ),
        (
            Answer.DENIED,
            r"permission denied|authentication failed|access denied|could not read (username|password)|read.only"
            r"|not granted|returned error: 40[13]|no supported authentication|invalid (username|credentials)",
        ),
        (
            Answer.ABSENT,
            r"repository .{0,200}not found|not found|not appear to be a git repository|no such file or directory"
            r"|returned error: 404|unable to update url base from redirection",
        ),
        (
            Answer.UNREACHABLE,
            r"could not resolve|connection (refused|reset|timed out|closed)|timed out|no route to host|unreachable"
            r"|early EOF|hung up|unexpected disconnect|returned error: (429|5\d\d)|could not connect|timeout"
            r"|failed to connect|broken pipe|operation too slow|kex_exchange|not responding|RPC failed|no space left",
        ),
    )
)
BEHIND = re.compile(r"\[rejected\] \((?:fetch first|non-fast-forward|stale info|already exists)")
REFUSED = re.compile(r"\[remote rejected\]")
RACE = re.compile(
    r"\[remote rejected\] \((?:cannot lock ref|failed to update ref|incorrect old value|fetch first)"
)


def of_push(exit_code: int, output: str, errors: str) -> Said:
    """Read the answer to `git push --porcelain`."""
    if exit_code == 0:
        return Said(Answer.TAKEN)
    if BEHIND.search(output) or RACE.search(output):
        return Said(Answer.BEHIND)
    if REFUSED.search(output):
        return Said(Answer.REFUSED, told(errors))
    return of_other(exit_code, errors)


def of_other(exit_code: int, errors: str) -> Said:
    """Read the answer to whatever else is asked of a remote."""
    if exit_code == 0:
        return Said(Answer.TAKEN)
    if exit_code in TIMED_OUT:
        return Said(Answer.LATE)
    answer = next((answer for answer, form in WORDS if form.search(errors)), Answer.FAILED)
    return Said(answer, told(errors))


def told(errors: str) -> str:
    """Return the line of a complaint that says most, as it may be shown: the remote's own words before git's."""
    lines = [line.strip() for line in errors.splitlines()]
    theirs = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    ours = [line for line in lines if line and not line.startswith(("remote:", *NO_COMPLAINTS))]
    lines = [line for line in (*theirs, *ours) if line]
    known = (line for line in lines if any(form.search(line) for _, form in WORDS))
    return printable.line(next(known, (lines or [""])[0]), MOST_WORDS)


def named_paths(errors: str, paths: set[str]) -> set[str]:
    """Return those of the pushed paths that the remote's complaint names."""
    return {path for path in paths if path and re.search(rf"(?<![\w/.-]){re.escape(path)}(?![\w/-])", errors)}
