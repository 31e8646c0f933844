"""Which files of the state go to the remote, and how. What is not named here stays here."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from nab.core.recording.workspace.paths import marked


class Way(StrEnum):
    """How a file goes."""

    SEALED = "sealed"  # a segment of the event log: whole lines whose chain was checked
    GROWN = "grown"  # it only gets longer: in parts
    WHOLE = "whole"  # it is replaced: as it is


class Folder(NamedTuple):
    """A folder that is looked into, of the state or (`site`) beside it; `deep`: with all below it."""

    path: bytes
    deep: bool = False


FOLDERS = (
    Folder(b""),
    Folder(b"events"),
    Folder(b"entrants"),
    Folder(b"rounds"),
    Folder(b"results", deep=True),
)
OF_A_RUN = (Folder(b""), Folder(b"calls"), Folder(b"submissions"), Folder(b"sessions", deep=True))
CORE = re.compile(rb"(?:events|entrants|rounds|results|site)/|overview\.json$|runs/[^/]+/run\.json$")

SEGMENT = rb"(?:\.segment-[0-9]{15})?"  # of a record, and of its first one nothing
WAYS = (
    (Way.SEALED, re.compile(rb"events/\d{4}-\d{2}(?:\.\d+)?\.jsonl")),
    (
        Way.WHOLE,
        re.compile(
            rb"(?:overview|format)\.json|(?:entrants|rounds)/[^/]+\.json|(?:results|site)/.+", re.DOTALL
        ),
    ),
    (Way.WHOLE, re.compile(rb"runs/[^/]+/(?:(?:run|clients)\.json|submissions/[^/]+)")),
    (
        Way.GROWN,
        re.compile(
            rb"runs/[^/]+/(?:(?:agent|harness)\.log|(?:resources|procs|engine-events)%b\.jsonl)" % SEGMENT
        ),
    ),
    (
        Way.GROWN,
        re.compile(rb"runs/[^/]+/(?:calls/(?:http|bodies)%b\.jsonl|sessions/.+)" % SEGMENT, re.DOTALL),
    ),
)
# Whatever the rows above come to say: what an agent read is others' property, and what it predicted is worth copying.
# The results store has all that agents said in it, in a form that nobody looks into for secrets.
NEVER = re.compile(
    rb"(?:runs/[^/]+/(?:calls/(?:pages|uploads)|predictions)|results/store)(?:/.*)?", re.DOTALL
)
README = b"README.md"
TEMPORARY = re.compile(rb"\..*\.tmp", re.DOTALL)


def way(path: bytes) -> Way | None:
    """Say how a file of the state goes; None when it stays."""
    if NEVER.fullmatch(path):
        return None
    if TEMPORARY.fullmatch(path.rpartition(b"/")[2]):
        return None
    return next((way for way, form in WAYS if form.fullmatch(path)), None)


def is_core(path: bytes) -> bool:
    """Say whether a file is of the little that matters most, for which the last fifth of the room is kept."""
    return CORE.match(path) is not None


def at_remote(path: bytes) -> bytes:
    """Return where a file stands at the remote: no name there can act on a checkout."""
    return marked(path)


def workspace(run: str) -> bytes:
    """Return where the workspace of a run stands at the remote."""
    return b"runs/%b/workspace" % run.encode()


def workspace_commit(run: str) -> bytes:
    """Return the file that says which commit of the run's own history that is."""
    return b"runs/%b/workspace-commit" % run.encode()
