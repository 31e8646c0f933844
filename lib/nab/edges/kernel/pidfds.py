"""The end of a process that is not our child, known at once and never mistaken for another's."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def opened(pid: int) -> Iterator[int | None]:
    """Hold on to a process; None when it is gone."""
    try:
        file = os.pidfd_open(pid)
    except ProcessLookupError:
        yield None
        return
    try:
        yield file
    finally:
        os.close(file)


def ended_within(file: int, seconds: float) -> bool:
    """Wait for the end of a process, at most that long."""
    waiting = select.poll()
    waiting.register(file, select.POLLIN)
    return bool(waiting.poll(max(0.0, seconds) * 1000))


def end(file: int) -> None:
    """Tell a process to end; one that ended already is told nothing."""
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(file, signal.SIGTERM)
