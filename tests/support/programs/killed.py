"""Doing something in a process of its own that is killed between two writes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from nab.edges import failpoints
from nab.edges.failpoints import Failpoint, Wanted


def killed_at(place: Failpoint, work: Callable[[], object], times: int = 1) -> None:
    """Do some work in a child that SIGKILL ends when it reaches a place for the so-manieth time."""
    child = os.fork()
    if child == 0:
        try:
            failpoints.WANTED = Wanted(f"{place}:{times}")
            work()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"it ended before {place}"
    assert os.WTERMSIG(status) == signal.SIGKILL
