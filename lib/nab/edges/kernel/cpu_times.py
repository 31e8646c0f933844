"""What a program has computed so far: whether it is slow or stuck shows there, and not on a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


def of_tree(pid: int) -> float:
    """Return the CPU seconds of a process and of those that it started; 0 when it is gone."""
    import psutil

    try:
        top = psutil.Process(pid)
        everyone = [top, *top.children(recursive=True)]
    except psutil.Error:
        return 0.0
    return sum(map(own, everyone))


def tenths_of_tree(pid: int) -> int:
    """Return the same in whole tenths: what shows that a program goes on, on a machine that gives it little."""
    return int(10 * of_tree(pid))


def own(process: psutil.Process) -> float:
    """Return what one process has computed, with those of its children that have ended."""
    import psutil

    try:
        spent = process.cpu_times()
    except psutil.Error:
        return 0.0
    return spent.user + spent.system + spent.children_user + spent.children_system
