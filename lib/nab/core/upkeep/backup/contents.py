"""What of the state is in a backup, and what is not: keys, what is derived, and what a machine makes for itself."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from nab.core.errors import NabError
from nab.core.recording.workspace import elsewhere

FORMAT = 1
HEAD, LIST, SETTINGS = "nab-backup.json", "nab-backup.list", "nab.toml"
EVENTS, RUNS = "events", "runs"
OF_AGENTS = ("disk", "outbox", "workspace", "home")  # folders of a run in which an agent writes
IMAGES = ("disk.img", "outbox.img")  # they hold the first two where their size is fixed
LEFT_OF_A_RUN = {  # locks are of living processes; the rest is made again from the log and the records
    "locks", "run.json", "calls.har", "diagnostics.json", "copied.json", *IMAGES,
}  # fmt: skip
OBJECTS = b"objects"
PARTS_OF_AN_AGENTS_FOLDER = 3
NO_NAMES = {b"", b".", b".."}


class Head(msgspec.Struct, frozen=True):
    """What a backup says of itself, before all else in it. `disks`: bytes and files of disks of a fixed size."""

    format: int
    made: str
    by: str
    seq: int
    runs: int
    bytes: int
    disks: dict[str, tuple[int, int]] = {}


def read_head(content: bytes) -> Head:
    """Read it. Raises NabError for what is none, and for one of a newer version."""
    try:
        head = msgspec.json.decode(content, type=Head)
    except msgspec.MsgspecError:
        raise NabError("it is no backup of ours", hint="make backup FILE=... makes one") from None
    if head.format > FORMAT:
        raise NabError(f"it was made by a newer version, {head.by}", hint="restore it with that version")
    return head


def is_left(names: Iterable[str]) -> bool:
    """Say whether something of ours in a run's folder stays behind, by its path there."""
    first, *below = names
    return (not below and (first in LEFT_OF_A_RUN or first.endswith(".tmp"))) or first == "locks"


def why_left(path: bytes, *, folder: bool) -> str:
    """Say why something on an agent's disk stays behind, by its path there; nothing for what is taken.

    Credentials, by the rule of its history (docs/recording.md), and the database that Codex makes again from its
    conversations: copied while it is written it would be broken.
    """
    if path.partition(b"/")[0] not in elsewhere.FOLDERS:
        return ""
    why = elsewhere.why_folder(path) if folder else elsewhere.why_file(path)
    if why == elsewhere.CREDENTIALS:
        return why
    return why if why == elsewhere.STATE and b".codex" in path.split(b"/") else ""


def in_order(path: bytes) -> tuple[bool, bytes]:
    """Sort files of ours so that what names others comes first: a git directory's branches, then its objects.

    Its objects are there before a branch names them, and are copied after: none is missing.
    """
    return OBJECTS in path.split(b"/"), path


def of_agent(path: bytes) -> tuple[bytes, bytes] | None:
    """Take a path in a backup apart: the folder of an agent, and the path in it; None for what is ours."""
    names = path.split(b"/", PARTS_OF_AN_AGENTS_FOLDER)
    if len(names) < PARTS_OF_AN_AGENTS_FOLDER or names[0] != RUNS.encode():
        return None
    if names[2].decode(errors="replace") not in OF_AGENTS:
        return None
    return b"/".join(names[:PARTS_OF_AN_AGENTS_FOLDER]), b"".join(names[PARTS_OF_AN_AGENTS_FOLDER:])


def checked(path: bytes) -> bytes:
    """Return a path that lies in the state. Raises NabError for one that could lead out of it."""
    names = path.split(b"/")
    if not NO_NAMES.isdisjoint(names) or names[0].decode(errors="replace") not in {EVENTS, RUNS, SETTINGS}:
        raise NabError(f"it holds a path that no backup has: {path!r}")
    return path
