"""Put a backup back where no state is. It is read to its end first; what is written takes its place at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nab.actions.bench import Bench
from nab.actions.log import verify
from nab.core.errors import FAILED, NabError
from nab.core.text.counts import number_of
from nab.core.upkeep.backup import contents
from nab.core.upkeep.backup.contents import Head
from nab.core.upkeep.backup.entries import Entry, Kind
from nab.core.upkeep.disks import Room, gib
from nab.edges.docker import boxes
from nab.edges.files import backups, files, locks
from nab.edges.host import loop_disks, machine
from nab.edges.host.progress import Step, step
from nab.edges.untrusted import furnishing, removal
from nab.edges.untrusted.refilling import Refill
from nab.paths import AgentFolder, RunPaths

DUTY = "restore"
SCRATCH, COMPLETE = ".restoring", "complete"
IN_ORDER = (contents.RUNS, contents.SETTINGS, contents.EVENTS)  # the log last: with it a state is one
BLOCK = 4096


def restore(bench: Bench, file: Path) -> str:
    """Restore a state from a backup. Raises NabError, with nothing written, where that cannot be done."""
    head = checked_head(file)
    with locks.held(bench.paths.lock(DUTY), what="the restoring of a backup"):
        scratch = bench.paths.root / SCRATCH
        if not (scratch / COMPLETE).exists():
            refuse_state(bench)
            refuse_boxes(bench)
            with step(f"checking {file}") as going:
                need = looked_through(file, head, going)
            refuse_narrow(bench, need)
            unpack(bench, file, head)
        take_place(bench, scratch)
    return f"{told(bench, head)}\n{verify.verify(Bench(bench.config, bench.by)).words}"


def checked_head(file: Path) -> Head:
    """Return what a backup says of itself. Raises NabError for what is none."""
    if not file.name:
        raise NabError("no FILE given", hint="make restore FILE=/mnt/disk/bench.tar.gz")
    if not file.is_file():
        raise NabError(f"no file {file}", hint="make backup FILE=... makes one")
    if not os.access(file, os.R_OK):
        raise NabError(f"{file} may not be read", hint="run it as the user whose file it is")
    try:
        return contents.read_head(backups.head(file))
    except NabError as error:
        raise NabError(f"{file} cannot be restored: {error.message}", hint=error.hint) from None


def refuse_state(bench: Bench) -> None:
    """Raise NabError where the state holds something already."""
    for folder in (bench.paths.events, bench.paths.runs):
        if holds_something(folder):
            raise NabError(
                f"{bench.paths.root} holds a state already: {folder}",
                hint="restore into an empty one: --state, or mv it away (after umount of runs/*/disk and outbox)",
            )


def refuse_boxes(bench: Bench) -> None:
    """Raise NabError where the engine has boxes of an earlier state in this place: what they mount is not there."""
    try:
        here = bench.find_boxes()
    except NabError:  # whoever needs the engine will say so
        return
    if here:
        hint = f"docker rm -f $(docker ps -aq --filter label={boxes.STATE}={bench.paths.root})"
        raise NabError(
            f"the engine has {number_of(len(here), 'box', 'boxes')} of an earlier state in {bench.paths.root}",
            hint=hint,
        )


def holds_something(folder: Path) -> bool:
    """Say whether a folder holds more than the files of locks."""
    return folder.is_dir() and any(not path.name.endswith(".lock") for path in folder.iterdir())


@dataclass
class Size:
    """How much room a backup takes once it is unpacked."""

    bytes: int = 0

    def add(self, entry: Entry) -> None:
        self.bytes += -(-entry.size // BLOCK) * BLOCK + BLOCK


def looked_through(file: Path, head: Head, going: Step) -> int:
    """Read a backup to its end. Returns the room that it needs; raises NabError where it is not whole."""
    size = Size()

    def look(entry: Entry, _: Iterator[bytes]) -> None:
        if entry.path != contents.HEAD.encode():
            contents.checked(entry.path)
        size.add(entry)
        going.of(size.bytes, head.bytes, f"{gib(size.bytes)} of about {gib(head.bytes)}")

    backups.read(file, look)
    return size.bytes


def refuse_narrow(bench: Bench, need: int) -> None:
    """Raise NabError where the disk has too little room."""
    free = machine.disk("state", bench.paths.root).free_bytes
    if free < need:
        raise NabError(
            f"{gib(free)} free for {bench.paths.root}, and {gib(need)} are needed", hint="take another disk"
        )


def unpack(bench: Bench, file: Path, head: Head) -> None:
    """Write what is in a backup beside where it belongs, and see that the log is whole. What fails leaves nothing."""
    scratch = bench.paths.root / SCRATCH
    clear(scratch)
    scratch.mkdir()
    fixed = not loop_disks.why_not(scratch)
    try:
        with step(f"restoring {bench.paths.root}") as going:
            target = Target(scratch, head, going, fixed=fixed)
            try:
                backups.read(file, target.put)
                target.close()
            finally:
                target.drop()
        for place in loop_disks.below(scratch.resolve()):
            loop_disks.detach(place)
        if problems := verify.log_report(scratch / contents.EVENTS).problems:
            raise NabError(f"the event log in {file} is damaged: {problems[0]}", exit_code=FAILED)
        os.sync()
        (scratch / COMPLETE).touch()
        files.sync_folder(scratch)
    except BaseException:
        clear(scratch)
        raise


def clear(scratch: Path) -> None:
    """Remove what an earlier try has left."""
    if not scratch.exists():
        return
    for place in loop_disks.below(scratch.resolve()):
        loop_disks.detach(place)
    removal.remove(AgentFolder(scratch))


@dataclass
class Target:
    """Where entries are put: ours by their paths, an agent's into its folder, one such folder at a time."""

    scratch: Path
    head: Head
    step: Step
    fixed: bool  # whether disks of a fixed size can be mounted here
    passed: int = 0
    filling: bytes = b""
    refill: Refill | None = None

    def put(self, entry: Entry, pieces: Iterator[bytes]) -> None:
        """Put one entry in its place."""
        self.passed += entry.size
        self.step.of(self.passed, self.head.bytes, f"{gib(self.passed)} of about {gib(self.head.bytes)}")
        if entry.path == contents.HEAD.encode():
            return
        agents = contents.of_agent(contents.checked(entry.path))
        if agents and not (entry.kind is Kind.LINK and not agents[1]):
            root, path = agents
            same = contents.of_agent(entry.target) if entry.kind is Kind.SAME else None
            self.filled(root).put(path, entry, pieces, same[1] if same else b"")
        else:
            self.put_ours(self.scratch / os.fsdecode(entry.path), entry, pieces)

    def put_ours(self, path: Path, entry: Entry, pieces: Iterator[bytes]) -> None:
        """Put a file, folder or link of ours in its place."""
        path.parent.mkdir(parents=True, exist_ok=True)
        match entry.kind:
            case Kind.FOLDER:
                path.mkdir(exist_ok=True)
            case Kind.LINK:
                path.symlink_to(os.fsdecode(entry.target))
            case Kind.FILE | Kind.SAME:
                with path.open("r+b" if entry.place else "xb") as new:
                    new.truncate(entry.whole)
                    new.seek(entry.place)
                    for piece in pieces:
                        new.write(piece)
                    os.fchmod(new.fileno(), entry.mode)
                os.utime(path, (entry.modified, entry.modified))

    def filled(self, root: bytes) -> Refill:
        """Return the folder of an agent that is being filled; the one before is complete."""
        if self.refill is None or self.filling != root:
            self.close()
            self.filling, self.refill = root, Refill(self.made(os.fsdecode(root)))
        return self.refill

    def made(self, name: str) -> AgentFolder:
        """Make the folder: on a disk of the size that it had, where that was fixed and this machine can."""
        place = self.scratch / name
        paths = RunPaths(place.parent)
        folder = {
            "disk": paths.disk,
            "outbox": paths.outbox,
            "home": paths.home,
            "workspace": paths.workspace,
        }[place.name]
        furnishing.make(folder)
        if self.fixed and name in self.head.disks:
            image = place.with_suffix(".img")
            loop_disks.make(image, Room(*self.head.disks[name]))
            loop_disks.attach(image, folder)
        return folder

    def close(self) -> None:
        """Complete the folder that is being filled."""
        if self.refill is not None:
            self.refill.close()
            self.refill = None

    def drop(self) -> None:
        if self.refill is not None:
            self.refill.drop()


def take_place(bench: Bench, scratch: Path) -> None:
    """Put everything where it belongs. Whoever is killed here has it done by the next who restores."""
    for name in IN_ORDER:
        new, place = scratch / name, bench.paths.root / name
        if not new.exists():
            continue
        try:
            if place.is_dir():
                for lock in place.glob("*.lock"):
                    lock.unlink()
                place.rmdir()
            new.rename(place)
        except OSError as error:
            hint = f"somebody has written there: stop what runs, mv {place} away, and run it again"
            raise NabError(f"{place} is in the way: {error.strerror}", hint=hint, exit_code=FAILED) from None
        files.sync_folder(bench.paths.root)
    clear(scratch)


def told(bench: Bench, head: Head) -> str:
    """Say what was restored, and what is left to do."""
    was, here = bench.paths.root / contents.SETTINGS, bench.config.file
    same = was.read_bytes() == here.read_bytes()
    settings = "" if same else f"\nits settings differ from {here}: compare, and copy what is to hold: {was}"
    return (
        f"restored: the state of {head.made}, the log up to event {head.seq}, {number_of(head.runs, 'run')}{settings}\n"
        "keys are not in a backup: put them in place (docs/operations.md), then make doctor"
    )
