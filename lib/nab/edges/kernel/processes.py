"""The processes of a box, read from the host's /proc. Any of them may be gone between two reads, or lie."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from nab.core.agents import places
from nab.core.recording.processes.processes import Census, Process, command_line
from nab.core.text import times
from nab.edges import clock
from nab.edges.kernel.cgroup_folders import Group

MOST = 20_000  # processes that one look reads
ARGV_BYTES, ENVIRONMENT_BYTES, SMALL = 4096, 1 << 17, 4096
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MARKER = b"NAB_SESSION="
EXITING = 0x4  # PF_EXITING of the kernel's include/linux/sched.h


def census(group: Group, before: Mapping[int, Process] | None = None, most: int = MOST) -> Census:
    """Look at every process of a box, those of the last look (by pid) first; the rest beyond `most` is counted."""
    known, at = before or {}, clock.now()
    booted = at - timedelta(seconds=clock.since_boot())
    pids = sorted(pids_of(group), key=lambda pid: (pid not in known, pid))
    found = (process(pid, known.get(pid), booted, str(group.proc)) for pid in pids[:most])
    return Census(
        at=at,
        boot=clock.boot_id(),
        first=group.pid,
        processes=tuple(one for one in found if one),
        left_out=max(0, len(pids) - most),
    )


def pids_of(group: Group) -> set[int]:
    """List the processes of a box; none when it is gone."""
    controller = "pids" if "pids" in group.folders else ""
    return {int(pid) for pid in group.text("cgroup.procs", controller).split() if pid != "0"}


def process(pid: int, before: Process | None, booted: datetime, proc: str = "/proc") -> Process | None:
    """Read a process; None when it is gone. What cannot change, or was seen earlier, is not read again."""
    said = read(f"{proc}/{pid}/stat", SMALL)
    name, _, rest = said.partition(b"(")[2].rpartition(b")")
    fields = rest.split()
    if len(fields) < 22:
        return None
    start = int(fields[19])
    same = before if before and before.start == start else None
    lives = fields[0] not in (b"Z", b"X")
    words = read(f"{proc}/{pid}/cmdline", ARGV_BYTES) if lives else b""
    argv = command_line(split(words)) if words else ""
    return Process(
        pid=pid,
        start=start,
        began=same.began if same else times.text(booted + timedelta(seconds=start / TICKS)),
        parent=int(fields[1]),
        inside=same.inside if same else inside(pid, proc),
        group=int(fields[2]),
        leader=int(fields[3]),
        state=fields[0].decode("ascii", "replace"),
        cpu_seconds=sum(map(int, fields[11:15])) / TICKS,
        own_cpu_seconds=sum(map(int, fields[11:13])) / TICKS,
        resident_bytes=int(fields[21]) * PAGE,
        argv=argv or (same.argv if same else command_line([f"[{name.decode('utf-8', 'replace')}]"])),
        folder=same.folder if same else folder(pid, proc),
        marker=same.marker if same and same.marker else marker(pid, proc),
    )


def is_ending(pid: int, proc: str = "/proc") -> bool:
    """Say whether a process has ended, or is about to: the first of a box first takes all others along, then ends."""
    fields = read(f"{proc}/{pid}/stat", SMALL).rpartition(b")")[2].split()
    return len(fields) < 7 or fields[0] in (b"Z", b"X") or bool(int(fields[6]) & EXITING)


def split(words: bytes) -> Iterator[str]:
    """Cut an argument list as the kernel keeps it."""
    for word in words.removesuffix(b"\0").split(b"\0"):
        yield word.decode("utf-8", "replace")


def inside(pid: int, proc: str) -> int:
    """Return the pid that the box itself knows a process by; 0 when it is gone."""
    for line in read(f"{proc}/{pid}/status", SMALL).splitlines():
        if line.startswith(b"NSpid:"):
            return int(line.split()[-1])
    return 0


def folder(pid: int, proc: str) -> str:
    """Return the folder that a process works in, as the box calls it; nothing where we may not look."""
    try:
        return command_line([str(Path(f"{proc}/{pid}/cwd").readlink())])
    except OSError:
        return ""


def marker(pid: int, proc: str) -> str:
    """Return the session that the environment of a process names, if it names any."""
    for word in read(f"{proc}/{pid}/environ", ENVIRONMENT_BYTES).split(b"\0"):
        if word.startswith(MARKER):
            named = word.removeprefix(MARKER).decode("utf-8", "replace")
            return named if places.SESSION.fullmatch(named) else ""
    return ""


def read(path: str, most: int) -> bytes:
    """Read the beginning of a file of /proc; nothing when its process is gone or not ours to read."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(file, most)
    except OSError:
        return b""
    finally:
        os.close(file)
