"""Copy the state into one file, while agents run: the event log, the records of runs, what agents have on their disks.

No agent is paused. The log is taken first, at the end of an event; records and disks are read after it and so know at
least as much, as after a power cut. What an agent writes is read file by file, a small one as it was at one moment: its
disk could be frozen whole, but for as long as it takes to read it, which nobody can bound.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from nab import __version__
from nab.actions.bench import Bench
from nab.actions.disks import meter, run_disks
from nab.actions.upkeep.backup import ours
from nab.core.errors import NabError
from nab.core.text import times
from nab.core.text.counts import number_of
from nab.core.upkeep.backup import contents
from nab.core.upkeep.backup.contents import Head
from nab.core.upkeep.backup.entries import Entry, Kind
from nab.core.upkeep.disks import gib
from nab.edges import clock
from nab.edges.files import backups, files, locks
from nab.edges.files.backups import Writer
from nab.edges.host import loop_disks, machine
from nab.edges.host.progress import Step, step
from nab.edges.untrusted import archiving, folder_sizes, furnishing
from nab.paths import AgentFolder, RunPaths

DUTY = "backup"
OWN = 0o600
SPARE = 64 << 20  # of the list and the headers


@dataclass
class Report:
    """What a backup holds, and how many things stay behind, by reason."""

    file: Path
    head: Head
    bytes: int = 0
    left: Counter[str] = field(default_factory=Counter)


def backup(bench: Bench, file: Path) -> Report:
    """Write a backup. Raises NabError where it cannot be made; then nothing of it is there."""
    refuse(file)
    with locks.held(bench.paths.lock(DUTY), what="the making of a backup"):
        sizes, seq = ours.log_sizes(bench)
        runs = runs_of(bench)
        if not (sizes or runs):
            raise NabError(
                f"{bench.paths.root} holds nothing yet", hint="--state or $NAB_STATE names another state"
            )
        with step("looking at what there is"):
            head = head_of(bench, runs, sum(sizes.values()), seq)
        refuse_narrow(file, head.bytes)
        with step(f"backup of {bench.paths.root}") as going, taking_its_place(file) as sink:
            report = Report(file, head)
            with backups.writing(sink) as out:
                write(out, bench, Parts(sizes, runs), Progress(report, going, out))
            report.bytes = os.fstat(sink.fileno()).st_size
        return report


@dataclass(frozen=True)
class Parts:
    """What goes into a backup: how much of the log's files, and which runs."""

    log: dict[Path, int]
    runs: list[RunPaths]


@dataclass
class Progress:
    """How far a backup is, told beside it."""

    report: Report
    step: Step
    out: Writer

    def told(self) -> None:
        done, total = self.out.bytes, self.report.head.bytes
        self.step.of(done, total, f"{gib(done)} of {gib(total)}")


def refuse(file: Path) -> None:
    """Raise NabError where no backup can be written."""
    if not file.name:
        raise NabError("no FILE given", hint="make backup FILE=/mnt/disk/bench.tar.gz")
    if file.exists() or file.is_symlink():
        raise NabError(f"{file} is there already", hint="a backup overwrites nothing: take another name")
    if not file.parent.is_dir():
        raise NabError(f"no folder {file.parent}", hint="make it, or mount the disk that it is on")


def refuse_narrow(file: Path, size: int) -> None:
    """Raise NabError where the backup might not fit: some of what there is cannot be made smaller."""
    free = machine.disk("backup", file.parent.resolve()).free_bytes
    if free < size + SPARE:
        raise NabError(
            f"{gib(free)} free for {file}, and it may take {gib(size + SPARE)}",
            hint="take another disk, or make gc",
        )


def runs_of(bench: Bench) -> list[RunPaths]:
    """Return the runs that have a folder, oldest first."""
    root = bench.paths.runs
    return [bench.run(path.name) for path in sorted(root.iterdir()) if path.is_dir()] if root.is_dir() else []


def head_of(bench: Bench, runs: list[RunPaths], log_bytes: int, seq: int) -> Head:
    """Say what the backup will hold; the disks of all runs are mounted then. Raises NabError where one cannot be."""
    total, disks = log_bytes, dict[str, tuple[int, int]]()
    for paths in runs:
        run_disks.attach(paths)
        total += ours.size_of(paths)
        total += sum(folder_sizes.whole(root).room.bytes for root in meter.roots(paths))
        for image, place in run_disks.places(paths):
            if image.exists():
                name = os.fsdecode(ours.name_of(bench.paths.root, image.with_suffix("")))
                disks[name] = image.stat().st_size, loop_disks.room(place)[1].files
    by = f"{bench.by} {__version__}"
    return Head(contents.FORMAT, times.text(clock.now()), by, seq, len(runs), total, disks)


@contextmanager
def taking_its_place(file: Path) -> Iterator[BinaryIO]:
    """Open a file beside it that takes its place once it is complete and on the disk; else nothing is left."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        opened = part.open("xb")
    except OSError as error:
        raise NabError(f"cannot write {part}: {error.strerror}", hint="take another folder") from None
    try:
        with opened as sink:
            os.fchmod(sink.fileno(), OWN)
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        refuse(file)
        part.rename(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    files.sync_folder(file.parent)


def write(out: Writer, bench: Bench, parts: Parts, progress: Progress) -> None:
    """Write everything, in one order: what a backup says of itself, the settings, the log, run by run."""
    head = msgspec.json.encode(progress.report.head)
    out.add_bytes(Entry(contents.HEAD.encode(), Kind.FILE, OWN), head)
    out.add_bytes(Entry(contents.SETTINGS.encode(), Kind.FILE, 0o644), bench.config.file.read_bytes())
    ours.add_log(out, bench, parts.log)
    for paths in parts.runs:
        ours.add_run(out, paths, bench.paths.root, progress.told)
        own = ours.name_of(bench.paths.root, paths.root)
        add_folder(out, own + b"/disk", paths.disk, progress)
        for name, root in ((b"outbox", paths.outbox), (b"workspace", paths.workspace), (b"home", paths.home)):
            add_folder(out, own + b"/" + name, root, progress, name + b"/")
        progress.told()


def add_folder(
    out: Writer, prefix: bytes, root: AgentFolder, progress: Progress, within: bytes = b""
) -> None:
    """Write a folder of an agent, if it is there and no link; `within` is its own name on a run's disk."""
    if not furnishing.is_apart(root):
        return
    for found in archiving.found(
        root, prefix, lambda path, folder: contents.why_left(within + path, folder=folder)
    ):
        if found.why:
            progress.report.left[found.why] += 1
        elif found.content is not None:
            out.add_bytes(found.entry, found.content)
        elif found.file >= 0:
            out.add_file(found.entry, found.file, found.size)
        else:
            out.add(found.entry)
        progress.told()


def sentence(report: Report) -> str:
    """Say what was made."""
    left = ", ".join(f"{count} {why}" for why, count in sorted(report.left.items()))
    return (
        f"{report.file}: {gib(report.bytes)}, the log up to event {report.head.seq}, "
        f"{number_of(report.head.runs, 'run')}"
        + (f"\nnot in it of what agents wrote: {left}" if left else "")
        + "\nno key is in it: keep state/secrets apart"
    )
