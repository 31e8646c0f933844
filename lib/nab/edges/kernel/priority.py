"""Our own process beside others: behind them in the queue, and what it has cost."""

from __future__ import annotations

import os


def stand_back() -> None:
    """Let everybody else have the processor and the disk first; what we start inherits it."""
    import psutil

    us = psutil.Process()
    us.nice(19)
    us.ionice(psutil.IOPRIO_CLASS_BE, 7)


def cpu_seconds() -> float:
    """Return the CPU seconds that we and the programs we waited for have used."""
    return sum(os.times()[:4])
