"""How much of a run's sessions is copied: so much for each session and month, so that none uses up another's share."""

from __future__ import annotations

import shutil
from contextlib import suppress

import msgspec

from nab.core.text import times
from nab.edges import clock
from nab.edges.files import files
from nab.edges.untrusted import outboxes
from nab.edges.untrusted.copies import CopyBudget
from nab.paths import RunPaths

LOOK_BYTES, SHARE_BYTES, SHARE_FILES = 64 << 20, 4 << 30, 5_000
SPARE_BYTES = 1 << 30  # of the disk, for the event log and for whoever makes room
WIDTH = 256  # of the ledger, which is written over in place


class Spent(msgspec.Struct):
    """What was copied in one share: in this month (UTC), while this was the session that its box had been told of."""

    month: str = ""
    session: str = ""
    bytes: int = 0
    files: int = 0

    @property
    def share(self) -> str:
        return f"{self.month} {self.session}"


def spent(paths: RunPaths) -> Spent:
    """Return what was copied of the share that counts now. The box's order names the session: no agent can write it."""
    month, session = times.text(clock.now())[:7], outboxes.ordered(paths.control)
    with suppress(OSError, msgspec.MsgspecError):
        kept = msgspec.json.decode(paths.copied.read_bytes()[:WIDTH], type=Spent)
        if (kept.month, kept.session) == (month, session):
            return kept
    return Spent(month, session)


def room(paths: RunPaths, so_far: Spent) -> CopyBudget:
    """Return what may be copied now."""
    spare = shutil.disk_usage(paths.sessions).free - SPARE_BYTES
    return CopyBudget(
        look=max(0, min(LOOK_BYTES, spare)),
        run=max(0, SHARE_BYTES - so_far.bytes),
        files=max(0, SHARE_FILES - so_far.files),
    )


def keep(paths: RunPaths, so_far: Spent, had: CopyBudget, left: CopyBudget) -> None:
    """Add to the share what was copied. Who is killed before has copied at most one look more than is counted."""
    so_far.bytes += had.run - left.run
    so_far.files += had.files - left.files
    files.overwrite(paths.copied, 0, msgspec.json.encode(so_far).ljust(WIDTH))
