"""What we wrote ourselves, as it goes into a backup: the event log to its last event, records to their last line."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from nab.actions.bench import Bench
from nab.core.upkeep.backup import contents
from nab.core.upkeep.backup.entries import Entry, Kind
from nab.edges.files.backups import Writer, between
from nab.edges.log import log_files, shared_syncs
from nab.paths import RunPaths

LOCK_SECONDS = 60
OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
LINES = ".jsonl"
WINDOW = 1 << 16
LOOKS = (
    3  # while we look, records are compressed and git joins packs: what has come instead is looked for again
)


def log_sizes(bench: Bench) -> tuple[dict[Path, int], int]:
    """Return how long the log's files are at one moment, at the end of an event, and that event's number.

    Writers wait for as long as that takes, which is no read of the log. What they write then only lengthens the files.
    """
    bench.log.read()  # raises where the log is damaged
    folder = bench.paths.events
    with shared_syncs.alone(folder, LOCK_SECONDS):
        sizes = {folder / one.name: (folder / one.name).stat().st_size for one in log_files.present(folder)}
        return sizes, bench.log.check().seq


def add_log(out: Writer, bench: Bench, sizes: dict[Path, int]) -> None:
    """Write the event log: its segments up to these sizes, and the torn tails that were moved aside."""
    torn = log_files.torn_folder(bench.paths.events)
    aside = {path: path.stat().st_size for path in torn.iterdir()} if torn.is_dir() else {}
    for path, size in sorted({**sizes, **aside}.items()):
        add(out, path, name_of(bench.paths.root, path), size, lines=path in sizes)


def add_run(out: Writer, paths: RunPaths, root: Path, told: Callable[[], None]) -> None:
    """Write what is ours in a run's folder, and say so file by file. What comes into it meanwhile comes too."""
    known: set[Path] = set()
    for _ in range(LOOKS):
        new = [path for path in files_of(paths) if path not in known]
        if not new:
            return
        for path in sorted(new, key=lambda one: contents.in_order(os.fsencode(one))):
            known.add(path)
            add(out, path, name_of(root, path), lines=path.suffix == LINES)
            told()


def files_of(paths: RunPaths) -> Iterator[Path]:
    """Yield our files, folders and links in a run's folder: nothing of what an agent writes in."""
    yield paths.root
    for folder, inside, names in os.walk(paths.root):
        at = Path(folder).relative_to(paths.root).parts
        inside[:] = [name for name in inside if at or not is_agents(paths, name)]
        inside[:] = [name for name in inside if not contents.is_left((*at, name))]
        yield from (Path(folder, name) for name in inside)
        yield from (Path(folder, name) for name in names if not contents.is_left((*at, name)))


def is_agents(paths: RunPaths, name: str) -> bool:
    """Say whether a name in a run's folder is a folder of its agent, and no link of ours to one."""
    return name in contents.OF_AGENTS and not (paths.root / name).is_symlink()


def size_of(paths: RunPaths) -> int:
    """Return the bytes of our files in a run's folder."""
    total = 0
    for path in files_of(paths):
        try:
            found = path.lstat()
        except OSError:
            continue
        total += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return total


def name_of(root: Path, path: Path) -> bytes:
    """Return the path of a file of the state in a backup."""
    return os.fsencode(path.relative_to(root))


def add(out: Writer, path: Path, name: bytes, size: int | None = None, *, lines: bool) -> None:
    """Write a file, folder or link of ours. What grows is taken as long as it is now, to the end of its last line."""
    try:
        found = path.lstat()
        kind = {stat.S_IFREG: Kind.FILE, stat.S_IFDIR: Kind.FOLDER, stat.S_IFLNK: Kind.LINK}.get(
            stat.S_IFMT(found.st_mode)
        )
        if kind is None:
            return
        target = os.fsencode(path.readlink()) if kind is Kind.LINK else b""
        entry = Entry(name, kind, stat.S_IMODE(found.st_mode), found.st_uid, int(found.st_mtime), target)
        file = os.open(path, OPEN) if kind is Kind.FILE else None
    except FileNotFoundError:
        return
    if file is None:
        out.add(entry)
        return
    try:
        size = os.fstat(file).st_size if size is None else size
        out.add_file(entry, file, whole_lines(file, size) if lines else size)
    finally:
        os.close(file)


def whole_lines(file: int, size: int) -> int:
    """Return where the last whole line ends of an open file that is so long."""
    end = size
    while end > 0:
        start = max(0, end - WINDOW)
        newline = b"".join(between(file, start, end)).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0
