"""The time, and waiting for it. The only module that asks the clock or sleeps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path


def now() -> datetime:
    """Return the present instant, UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds since some fixed moment of this boot (CLOCK_MONOTONIC)."""
    return time.monotonic()


def monotonic_of(unix: float) -> float:
    """Return what the monotonic clock said at an instant of Unix time; never later than now."""
    return monotonic() - max(0.0, time.time() - unix)


def since_boot() -> float:
    """Return seconds since this boot, sleep included (CLOCK_BOOTTIME): what processes' starts are counted in."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def booted() -> datetime:
    """Return when this machine was started."""
    return now() - timedelta(seconds=since_boot())


@cache
def boot_id() -> str:
    """Return eight hex digits that change with every boot of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip().replace("-", "")[:8]


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(max(0.0, seconds))


def every(seconds: float, tick: Callable[[], bool]) -> None:
    """Call `tick` at once and then every `seconds`, until it says False."""
    due = monotonic()
    while tick():
        due = max(due + seconds, monotonic())
        pause(due - monotonic())


@dataclass
class Patience:
    """Waiting for something that works, however slowly: it is lost once nothing has moved for `seconds`.

    `progress` returns what moves: lines written, bytes, seconds of CPU time or tenths of them. After `at_most` seconds,
    a hundred times as many, patience is lost whatever moves.
    """

    seconds: float
    progress: Callable[[], object] = lambda: None
    at_most: float = 0.0

    def __post_init__(self) -> None:
        self.began = self.moved = monotonic()
        self.last = self.progress()
        self.at_most = self.at_most or 100 * self.seconds

    @property
    def lost(self) -> bool:
        if (found := self.progress()) != self.last:
            self.last, self.moved = found, monotonic()
        return monotonic() - self.moved >= self.seconds or monotonic() - self.began >= self.at_most


@contextmanager
def after(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Do something when a block takes longer than so many seconds."""
    timer = threading.Timer(max(0.0, seconds), act)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
