"""Who may write the log when, and how writers that wait for the disk share its work.

A writer makes the log longer under the log's lock, lets go of it, and then waits for the disk beside others: the
kernel confirms all that was written with one commit. Whoever finds its lines confirmed by another's sync asks for none.
While it waits, it shares the lock of the segment itself: whoever needs the log for itself alone waits for that.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from nab.edges import failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files, locks
from nab.edges.log import heads
from nab.edges.log.log_files import lock_of, present
from nab.edges.log.tails import Tail

WHAT = "the event log"


@contextmanager
def alone(folder: Path, wait_seconds: float) -> Iterator[None]:
    """Be the only one at work on the log: nobody writes it, and nobody waits for the disk.

    Two who write would break the chain. A deleted lock file lets nobody in either: the folder itself is held, too.
    """
    with ExitStack() as held:
        held.enter_context(locks.held(lock_of(folder), what=WHAT, wait_seconds=wait_seconds))
        held.enter_context(locks.itself_held(folder, what=WHAT, wait_seconds=wait_seconds))
        for segment in present(folder)[-1:]:
            path = folder / segment.name
            held.enter_context(locks.itself_held(path, what=WHAT, wait_seconds=wait_seconds))
        yield


def confirm(folder: Path, written: Tail) -> None:
    """Return once what was written is on the disk, and noted as that. Raises NotSynced.

    One at a time asks the disk: what the others wrote meanwhile is confirmed by the next one of them, for all. Each
    asking beside the others, the disk would be asked for every line, and each wait for three of its answers.
    """
    head = heads.taken(folder)
    try:
        noted = None if head is None else heads.read(head)
        if noted is not None and noted.seq >= written.head.seq:
            return
        size = written.size
        files.sync(written.file, written.path)
        failpoints.reach(Failpoint.LOG_WRITTEN)
        heads.note(folder, written.newest(size))
    finally:
        if head is not None:
            os.close(head)
