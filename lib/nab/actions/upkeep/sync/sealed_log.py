"""How much of the event log may go: whole lines that were acknowledged, in an unbroken chain."""

from __future__ import annotations

from pathlib import Path

from nab.core.errors import FAILED, NabError
from nab.core.log.events import Damaged, Link, decode, link
from nab.edges.log import log_files, shared_syncs

LOCK_SECONDS = 10


def sizes(folder: Path) -> dict[bytes, int]:
    """Return how long the segments are; what was written by then is acknowledged."""
    with shared_syncs.alone(folder, LOCK_SECONDS):
        names = [segment.name for segment in log_files.present(folder)]
        return {b"events/" + name.encode(): (folder / name).stat().st_size for name in names}


def follow(folder: Path, head: Link, lines: bytes) -> tuple[Link, int, NabError | None]:
    """Follow the chain from `head` through whole lines.

    Returns where it stands, how many bytes it is unbroken for, and what is wrong with the rest.
    """
    reached, good = through(head, lines)
    if good == len(lines):
        return reached, good, None
    chain = log_files.read_whole(folder).chain
    if chain.faults:
        trouble = f"the event log is damaged: {chain.faults[0]}; nothing after that is synced"
        return reached, good, NabError(trouble, hint="make verify", exit_code=FAILED)
    # A segment that took over after an I/O error repeats what was never acknowledged.
    last = lines.rstrip(b"\n").rpartition(b"\n")[2] + b"\n"
    return link(decode(last), last), len(lines), None


def through(head: Link, lines: bytes) -> tuple[Link, int]:
    """Follow the chain as far as each line goes on where the one before it ended."""
    good = 0
    for line in lines.splitlines(keepends=True):
        try:
            event = decode(line)
        except Damaged:
            break
        if (event.seq - 1, event.prev) != head:
            break
        head, good = link(event, line), good + len(line)
    return head, good
