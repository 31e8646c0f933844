"""A process that appends to a log until it is killed, and prints `seq id` after each acknowledgement."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from nab.core.facts import Poll
from nab.edges.log.event_log import EventLog


def write_for_ever(folder: Path, seed: int) -> None:
    """Append facts of 10 bytes to 20 kB, as some bear a long message."""
    log = EventLog(folder, "chaos_log 1")
    chance = random.Random(seed)  # noqa: S311 - no secret
    while True:
        length = chance.choice((10, 100, 400, 4_000, 20_000))
        event = log.append(Poll(ok=False, error="x" * length))
        # One write below PIPE_BUF: an acknowledgement arrives whole or not at all.
        os.write(sys.stdout.fileno(), f"{event.seq} {event.id}\n".encode())


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]), int(sys.argv[2]))
