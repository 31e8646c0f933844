"""Trees as a hostile agent leaves them: deep, crowded, with links at every level and names that are no text."""

import os
from pathlib import Path

from hypothesis import strategies as st

NAMES = st.binary(min_size=1, max_size=12).filter(
    lambda name: not {0, 47} & set(name) and name not in {b".", b".."}
)
LEAVES = st.sampled_from(["file", "link to a folder", "link to a file", "link up", "dangling link", "pipe"])


def trees() -> st.SearchStrategy[dict]:
    """Return trees: a folder is a dict by name, anything else says what it is."""
    return st.dictionaries(
        NAMES,
        st.recursive(LEAVES, lambda below: st.dictionaries(NAMES, below, max_size=3), max_leaves=12),
        max_size=4,
    )


def laid(place: Path, tree: dict, outside: Path) -> None:
    """Make a tree at a place; its links lead to what is outside."""
    links = {
        "link to a folder": outside,
        "link to a file": outside / "kept",
        "link up": Path(".."),
        "dangling link": Path("/nowhere/at/all"),
    }
    place.mkdir()
    for name, what in tree.items():
        at = place / os.fsdecode(name)
        if isinstance(what, dict):
            laid(at, what, outside)
        elif what == "file":
            at.write_bytes(b"theirs")
        elif what == "pipe":
            os.mkfifo(at)
        else:
            at.symlink_to(links[what])


def kept_outside(folder: Path) -> dict[str, object]:
    """Make a folder that nobody may touch, or return what is so of it."""
    if not folder.exists():
        (folder / "below").mkdir(parents=True)
        (folder / "kept").write_bytes(b"ours")
        (folder / "kept").chmod(0o640)
        (folder / "below" / "deeper").write_bytes(b"ours, too")
    found: dict[str, object] = {}
    for path in sorted([folder, *folder.rglob("*")]):
        seen = path.lstat()
        found[str(path)] = (seen.st_mode, seen.st_uid, seen.st_gid, seen.st_size, seen.st_ino)
        if path.is_file():
            found[path.name] = path.read_bytes()
    return found


def deep(place: Path, levels: int, name: str) -> int:
    """Make folders in each other, with a file of 4 KiB in the innermost. Returns the length of its path, in bytes."""
    place.mkdir(parents=True, exist_ok=True)
    here = os.open(place, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    file = os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(file, b"x" * 4096)
    os.fsync(file)
    os.close(file)
    os.close(here)
    return levels * (len(name) + 1) + len("file")
