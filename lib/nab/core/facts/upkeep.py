"""Facts of keeping the log, the records and their copy."""

from __future__ import annotations

import msgspec

from nab.core.facts.base import Fact

BODIES, WORKSPACE = "bodies", "workspace"  # what may be dropped


class Dropped(Fact, frozen=True, tag="gc.dropped"):
    """From here on a part of a run's record is not kept any more. Written before it goes."""

    what: str
    bytes: int
    because: str


class RecordSeen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How far a record goes: its file below state/runs, and the hash of its lines from `start` to `length` (bytes).

    Places are those of the lines as they are uncompressed, over all segments. A list in the log.
    """

    file: str
    start: int
    length: int
    sha256: str


class RecordsSeen(Fact, frozen=True, tag="records.seen"):
    """The records of runs that had grown. Who asks what was known at an event reads each up to its last length then."""

    records: tuple[RecordSeen, ...]


class LogRepaired(Fact, frozen=True, tag="log.repaired"):
    """A torn tail was moved aside, a newline put back, or a segment left because of an I/O error."""

    segment: str
    moved_bytes: int
    reason: str


class LogLost(Fact, frozen=True, tag="log.lost"):
    """A person let the log go on without events that had been written: `had` was the last of them, `head` its hash.

    What is lost is what stood between the event before this one and that; their numbers are used again.
    """

    had: int
    head: str


class SyncWithheld(Fact, frozen=True, tag="sync.withheld"):
    """A file was kept from the git remote because of a secret in it: where it would stand, and what was found.

    `what` is `held: <name>` (a key that this machine holds) or `shape: <kind>`, with the mark by which it can be
    called harmless. Neither says anything of the value.
    """

    path: str
    what: str
    bytes: int
    mark: str = ""


class SyncRefused(Fact, frozen=True, tag="sync.refused"):
    """The git remote refused a push because of these files; they stay here from now on."""

    paths: tuple[str, ...]


class SyncDiverged(Fact, frozen=True, tag="sync.diverged"):
    """Somebody else had pushed to our branch of the git remote; our commits went on top of theirs."""

    theirs: str


class SyncFailing(Fact, frozen=True, tag="sync.failing"):
    """Nothing has arrived at the git remote for a while, for this reason."""

    since: str
    error: str


class SyncRecovered(Fact, frozen=True, tag="sync.recovered"):
    """All that had waited since then has arrived at the git remote."""

    since: str
    seconds: float
