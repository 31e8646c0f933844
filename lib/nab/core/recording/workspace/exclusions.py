"""What of a workspace is not kept in its history, by rule; all of it is listed beside what is kept."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

import msgspec

from nab.core.text import times

MIB = 1 << 20

FOLDERS: dict[bytes, str] = {
    b".git": "git",
    b"__pycache__": "cache",
    b".cache": "cache",
    b".mypy_cache": "cache",
    b".pytest_cache": "cache",
    b".ruff_cache": "cache",
    b"node_modules": "packages",
    b"site-packages": "packages",
    b"dist-packages": "packages",
}
MOST_BYTES: dict[bytes, tuple[str, int]] = {  # by suffix: what it is, and up to how large it is kept
    **dict.fromkeys((b"parquet", b"feather", b"arrow", b"orc"), ("data", 0)),  # Numerai's, under its licence
    **dict.fromkeys((b"csv", b"tsv", b"jsonl", b"ndjson"), ("data", 5 * MIB)),
    **dict.fromkeys((b"npy", b"npz", b"h5", b"hdf5", b"db", b"sqlite", b"duckdb"), ("data", MIB)),
    **dict.fromkeys((b"pkl", b"pickle", b"joblib", b"dill"), ("model", MIB)),
    **dict.fromkeys((b"pt", b"pth", b"ckpt", b"safetensors", b"onnx", b"keras", b"gguf"), ("model", MIB)),
    **dict.fromkeys((b"cbm", b"ubj", b"model", b"bin"), ("model", MIB)),
    **dict.fromkeys((b"zip", b"tar", b"gz", b"tgz", b"bz2", b"xz", b"zst", b"7z"), ("archive", MIB)),
    **dict.fromkeys((b"whl", b"so", b"a", b"o", b"deb"), ("program", MIB)),
}
BINARY_BYTES = MIB  # what looks binary by its content is kept up to this size, whatever its name
SNIFFED_BYTES = 8000
VENV_MARK = b"pyvenv.cfg"
VENV = {VENV_MARK, b"bin", b"include", b"lib", b"lib64", b"share", b"etc", b"man", b".lock", b".gitignore"}
KINDS = {stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket", stat.S_IFBLK: "device", stat.S_IFCHR: "device"}
ROWS, MANIFEST_BYTES = 20_000, 8 * MIB  # of the list; a path may have 4 KiB
LONGEST, DEEPEST = (
    4_095,
    256,
)  # bytes and folders of a path: what programs can name; git gives up at 2,048 folders
TOO_DEEP = "too deep"


def nothing(_: bytes) -> str:
    """Say of everything that no rule leaves it out."""
    return ""


def nobody(_: bytes) -> bool:
    return False


@dataclass(frozen=True)
class Rules:
    """What a history leaves out by rules of its own, beside those that hold for every one; each says why.

    `skips` is no part of it at all and is not listed either. `why_content` is asked of what would be kept. What is left
    out for an `unmeasured` reason is listed by its path alone, so that no list changes with it. In a `paced` history a
    large file waits the longer for its next version the larger it is: logs grow all day.
    """

    skips: Callable[[bytes], bool] = nobody
    why_folder: Callable[[bytes], str] = nothing
    why_file: Callable[[bytes], str] = nothing
    why_content: Callable[[bytes], str] = nothing
    unmeasured: frozenset[str] = frozenset()
    paced: bool = False


NO_RULES = Rules()


class LeftOut(msgspec.Struct, frozen=True):
    """A file or a folder that is not in the history. `files` counts what is in a folder."""

    reason: str
    size: int | None
    mtime_ns: int | None
    signature: int = 0
    sha256: str | None = None
    files: int | None = None
    counted_at: float = 0


def why_folder(path: bytes) -> str:
    """Say why a folder is left out, by its name and place; empty when it is looked into."""
    return FOLDERS.get(path.rpartition(b"/")[2], "") or why_place(path + b"/")


def why_file(name: bytes, mode: int, size: int, largest: int) -> str:
    """Say why a file is left out, by what can be seen without opening it; empty when it is kept."""
    if kind := KINDS.get(stat.S_IFMT(mode)):
        return kind
    if not stat.S_ISREG(mode):
        return ""
    what, most = MOST_BYTES.get(name.lower().rpartition(b".")[2], ("", largest))
    if what and size > most:
        return what
    return "large" if size > largest else ""


def why_place(path: bytes) -> str:
    """Say why nothing at this path is kept, whatever it is, or nothing. That of a folder ends with a slash."""
    return TOO_DEEP if len(path) > LONGEST or path.count(b"/") > DEEPEST else ""


def looks_binary(content: bytes) -> bool:
    """Say whether a file is too large for something that no text editor shows."""
    return len(content) > BINARY_BYTES and b"\0" in content[:SNIFFED_BYTES]


def is_virtual_environment(names: Set[bytes]) -> bool:
    """Recognise a virtual environment; a folder with anything else in it is none, so that no work hides there."""
    return VENV_MARK in names and names <= VENV


def manifest(rows: Iterable[tuple[bytes, LeftOut]]) -> bytes:
    """Write one JSON line for each thing that is left out, by path; past the last allowed one, how many more."""
    ordered = sorted(rows, key=lambda row: row[0])
    lines = [msgspec.json.encode(as_row(path, row)) + b"\n" for path, row in ordered[:ROWS]]
    ends = accumulate(map(len, lines))
    lines = [line for line, end in zip(lines, ends, strict=True) if end <= MANIFEST_BYTES]
    if more := ordered[len(lines) :]:
        size = sum(row.size or 0 for _, row in more)
        last = {"path": None, "reason": "more", "files": len(more), "bytes": size}
        lines.append(msgspec.json.encode(last) + b"\n")
    return b"".join(lines)


def as_row(path: bytes, row: LeftOut) -> dict[str, str | int | None]:
    """Say what is left out as docs/recording.md describes it."""
    said: dict[str, str | int | None] = {"path": path.decode("utf-8", "backslashreplace")}
    if not is_utf8(path):
        said["path_hex"] = path.hex()
    said |= {"reason": row.reason, "bytes": row.size, "mtime": instant(row.mtime_ns), "sha256": row.sha256}
    return said if row.files is None else said | {"files": row.files}


def is_utf8(path: bytes) -> bool:
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True


def instant(mtime_ns: int | None) -> str | None:
    """Write a file's time; a file may claim one that no calendar has."""
    if mtime_ns is None:
        return None
    try:
        return times.text(datetime.fromtimestamp(mtime_ns / 1e9, UTC))
    except (OverflowError, ValueError, OSError):
        return None
