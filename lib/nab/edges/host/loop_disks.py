"""File systems of a fixed size, each in a file, mounted through the kernel's loop device.

What is full in there is full in there only. Mounting needs root, or a sudo that asks for no password.
"""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from nab.core.errors import FAILED, NabError
from nab.core.upkeep.disks import Room
from nab.edges import clock, process
from nab.edges.files import files
from nab.edges.host import packages
from nab.edges.untrusted import descriptors
from nab.paths import AgentFolder

MOUNTS = Path("/proc/self/mountinfo")
EVERYBODYS = Path(
    "/proc/1/mountinfo"
)  # the engine has to see a mount, and it does not share ours in every sandbox
OPTIONS = (
    "loop,nosuid,nodev,noatime,discard"  # discard: what is deleted in there is given back to the host's disk
)
WELL = {0, 1}  # e2fsck: nothing wrong, or put right
PATIENCE_SECONDS = 10.0
TRIAL = Room(4 << 20, 64)
FOUND = "lost+found"
COMMON = ("/usr/sbin", "/sbin")  # not on everybody's PATH


def make(image: Path, room: Room) -> None:
    """Make a file that holds an empty file system, unless it is there. It takes only what is written to it."""
    if image.exists():
        return
    files.make_folder(image.parent)
    temporary = files.temporary_of(image)
    user, group = process.user_ids()
    settings = f"root_owner={user}:{group},lazy_itable_init=1,lazy_journal_init=1,nodiscard"
    try:
        with temporary.open("wb") as new:
            new.truncate(room.bytes)
        process.run(
            program("mkfs.ext4"), "-q", "-F", "-m", "0", "-N", str(room.files), "-E", settings, str(temporary)
        )  # fmt: skip
        temporary.rename(image)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    files.sync_folder(image.parent)


def is_mounted(folder: AgentFolder) -> bool:
    """Say whether a file system is mounted at a folder."""
    return folder.own_path.is_mount()


def attach(image: Path, folder: AgentFolder) -> None:
    """Mount what an image holds at a folder, unless it is mounted there. What a crash left is put right before."""
    if is_mounted(folder):
        return
    files.make_folder(folder.own_path)
    checked = process.run(program("e2fsck"), "-p", str(image), check=False)
    if checked.exit_code not in WELL:
        raise NabError(f"the file system in {image} is damaged", hint=f"e2fsck -f {image}", exit_code=FAILED)
    process.run(*packages.as_root("mount", "-t", "ext4", "-o", OPTIONS, str(image), str(folder.own_path)))
    with suppress(OSError), descriptors.folder(folder) as here:
        os.rmdir(FOUND, dir_fd=here)  # e2fsck makes it again where it needs it


def detach(folder: AgentFolder) -> None:
    """Unmount what is mounted at a folder; who still reads there is waited for, but not for ever."""
    deadline = clock.monotonic() + PATIENCE_SECONDS
    place = str(folder.own_path)
    while is_mounted(folder):
        patient = clock.monotonic() < deadline
        words = ("umount", place) if patient else ("umount", "--lazy", place)
        if process.run(*packages.as_root(*words), check=not patient).exit_code == 0:
            return
        clock.pause(0.2)


def below(root: Path) -> list[AgentFolder]:
    """List what is mounted below a folder, the innermost first."""
    lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    places = (Path(unescaped(line.split(" ")[4])) for line in lines)
    return [AgentFolder(place) for place in sorted(places, reverse=True) if root in place.parents]


def unescaped(place: str) -> str:
    """Read a place as the kernel writes it: a space is \\040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), place)


def why_not(folder: Path) -> str:
    """Try one below a folder. Says why it does not work there; nothing where it does."""
    if not process.is_root() and not process.found("sudo"):
        return "only root may mount"
    try:
        with TemporaryDirectory(prefix=".disk-trial-", dir=folder) as scratch:
            image, place = Path(scratch).resolve() / "image", Path(scratch).resolve() / "place"
            make(image, TRIAL)
            attach(image, AgentFolder(place))
            try:
                return tried(place)
            finally:
                detach(AgentFolder(place))
    except NabError as error:
        return error.message
    except OSError as error:
        return f"{error.strerror}: {error.filename or folder}"


def tried(place: Path) -> str:
    """Say why a mounted trial will not do."""
    if str(place) not in EVERYBODYS.read_text(encoding="utf-8", errors="replace"):
        return "what is mounted here is not seen outside of this service"
    try:
        (place / "too-much").write_bytes(bytes(TRIAL.bytes))
    except OSError as error:
        return "" if error.errno == errno.ENOSPC else f"it cannot be written: {error.strerror}"
    return "it holds more than its size"


def room(folder: AgentFolder) -> tuple[Room, Room]:
    """Return what is used of the file system that a folder is on, and what it can hold."""
    found = os.statvfs(folder.own_path)
    used = Room((found.f_blocks - found.f_bfree) * found.f_frsize, found.f_files - found.f_ffree)
    return used, Room(found.f_blocks * found.f_frsize, found.f_files)


def program(name: str) -> str:
    """Return how a program of the distribution is called, also where the user's PATH does not name its folder."""
    if process.found(name):
        return name
    return next((f"{folder}/{name}" for folder in COMMON if Path(folder, name).exists()), name)
