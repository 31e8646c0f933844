"""Files of ours change in one step: replaced whole, or longer by whole lines. Nobody else writes state."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from nab.core.errors import FAILED, NabError
from nab.edges import clock
from nab.edges.files import compressed

T = TypeVar("T")
WINDOW_BYTES = 1 << 14
APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


class NotSynced(OSError):
    """The disk did not confirm a write. What the file now holds on the disk is unknown, for ever."""


def replace_bytes(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put a new file in the place of the old one: readers see the one or the other, after a power cut too."""
    make_folder(path.parent)
    temporary = temporary_of(path)
    try:
        new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        try:
            write_whole(new, content)
            os.fsync(new)
        finally:
            os.close(new)
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def temporary_of(path: Path) -> Path:
    """Name the file, beside another, that this process writes before it takes the other's place."""
    return path.with_name(f".{path.name}.{os.getpid()}.{clock.boot_id()}.tmp")


def replace_json(path: Path, value: Any, *, mode: int = 0o644) -> None:
    """Put a value, as indented JSON, in the place of the old file."""
    replace_bytes(path, msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n", mode=mode)


def lines_after(path: Path, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines of a growing file from a place on, each with its own place, both in bytes.

    A last line that is not ended yet is left for the next time; a file that is not there has none. One that is kept
    compressed is read all the same; places are those of its content.
    """
    try:
        file = compressed.opened(path)
    except FileNotFoundError:
        return
    with file:
        file.seek(place)
        for line in file:
            if not line.endswith(b"\n"):
                return
            yield place, line[:-1]
            place += len(line)


def place_where(path: Path, is_before: Callable[[bytes], bool]) -> int:
    """Return where in a growing file, whose lines are in an order, the first line begins that is not before something.

    Looks at some dozen lines, however long the file is. A line that cannot be judged counts as before.
    """
    low, high = 0, compressed.size(path)
    while high - low > WINDOW_BYTES:
        middle = (low + high) // 2
        found = next(lines_after(path, line_end(path, middle)), None)
        if found is None or found[0] >= high or not is_before(found[1]):
            high = middle
        else:
            low = found[0]
    return low


def line_end(path: Path, place: int) -> int:
    """Return where the line begins that follows a place in the middle of one."""
    with compressed.opened(path) as file:
        file.seek(place)
        return place + len(file.readline())


def size(path: Path) -> int:
    """Return how long a file is; 0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def append_line(path: Path, line: bytes) -> None:
    """Make a file longer by one line without waiting for the disk.

    A line that an earlier writer left unfinished is ended first, so that it spoils no second one.
    """
    make_folder(path.parent)
    file = os.open(path, APPEND, 0o644)
    try:
        append_to(file, line)
    finally:
        os.close(file)


def append_to(file: int, line: bytes) -> None:
    """Make an open file longer by one line."""
    if b"\n" in line:
        raise ValueError(f"a line holds a newline: {line[:80]!r}")
    write_whole(file, (b"\n" if is_unfinished(file) else b"") + line + b"\n")


def end_line(file: int) -> int:
    """End a last line that was left unfinished. Returns how long an open file is then."""
    if is_unfinished(file):
        write_whole(file, b"\n")
    return os.fstat(file).st_size


def is_unfinished(file: int) -> bool:
    """Say whether the last line of an open file has no end."""
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"


def append_synced(path: Path, content: bytes) -> None:
    """Make a file longer and return when it is on the disk; after any error it is as long as before.

    Raises NotSynced when the disk did not confirm: never write to this file again.
    """
    file = os.open(path, APPEND, 0o644)
    try:
        size = os.fstat(file).st_size
        if size == 0:
            # Before the first line, not after it: a file that holds a line is then known to have its name.
            sync_folder(path.parent)
        try:
            write_whole(file, content)
            sync(file, path)
        except BaseException:
            with suppress(OSError):
                os.ftruncate(file, size)
            raise
    finally:
        os.close(file)


def sync(file: int, path: Path) -> None:
    """Have the disk confirm what was written."""
    try:
        os.fdatasync(file)
    except OSError as error:
        raise NotSynced(error.errno, error.strerror, str(path)) from None


def confirm(path: Path) -> None:
    """Return when everything that was ever written to a file is on the disk."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        sync(file, path)
    finally:
        os.close(file)


def write_whole(file: int, content: bytes) -> None:
    """Write everything. After a short write the next one tells why: disk full, or a limit."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def ending(path: Path) -> tuple[bytes, bytes]:
    """Return a file's last whole line, and what stands unfinished after it."""
    with compressed.opened(path) as file:
        size = file.seek(0, os.SEEK_END)
        window = WINDOW_BYTES
        while True:
            file.seek(max(0, size - window))
            whole, newline, unfinished = file.read().rpartition(b"\n")
            before = whole.rfind(b"\n")
            if before >= 0 or window >= size:
                return whole[before + 1 :] + newline, unfinished
            window *= 8


def line_before(path: Path, place: int) -> bytes:
    """Return the whole line that ends at a place in a file."""
    with path.open("rb") as file:
        window = WINDOW_BYTES
        while True:
            file.seek(max(0, place - window))
            before = file.read(place - file.tell())
            newline = before.rfind(b"\n", 0, -1)
            if newline >= 0 or window >= place:
                return before[newline + 1 :]
            window *= 8


def cut(path: Path, size: int) -> None:
    """Make a file shorter."""
    os.truncate(path, size)


def overwrite(path: Path, place: int, content: bytes) -> None:
    """Write over a part of a file in one write, without waiting for the disk; makes the file if there is none."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        os.pwrite(file, content, place)
    finally:
        os.close(file)


def make_folder(folder: Path) -> None:
    """Make a folder that is still there after a power cut."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk confirm the names in a folder."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_json(path: Path, kind: type[T]) -> T:
    """Read a JSON file as a value of that kind. Raises NabError that names the mistake."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        raise NabError(f"{path} is not there", exit_code=FAILED) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NabError(f"{path} cannot be read: {error}", exit_code=FAILED) from None


def replace_stream(path: Path, chunks: Iterable[bytes], *, at_most: int | None = None) -> None:
    """Put what comes out of a stream in the place of a file; beyond `at_most` bytes it is read and dropped."""
    make_folder(path.parent)
    temporary = temporary_of(path)
    left = at_most
    try:
        with temporary.open("wb") as new:
            for chunk in chunks:
                kept = chunk if left is None else chunk[:left]
                left = None if left is None else left - len(kept)
                new.write(kept)
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
