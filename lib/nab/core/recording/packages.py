"""What is installed in a box, by what lies in the folders of Python's and npm's packages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from nab.core.recording.workspace.index import WorkspaceIndex

PYTHON, NPM = "python", "npm"
MOST_PACKAGES, MOST_PLACES = 5_000, 200  # of one folder, and of those in one look
DISTRIBUTION = re.compile(
    rb"([A-Za-z0-9][\w.]{0,99})-([0-9A-Za-z][\w.!+-]{0,59}?)(?:-py[0-9.]+)?\.(?:dist|egg)-info"
)
NPM_NAME = re.compile(r"(?:@[a-z0-9~._-]{1,60}/)?[A-Za-z0-9~._-]{1,100}")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.!+_-]{0,59}")
SITE = re.compile(rb"python3[\w.]{0,8}")  # the folder of a Python below lib
SITES = (b"site-packages", b"dist-packages")


class PackagesLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one folder has installed, since `time`; nothing: the folder is gone. `more` were too many to be named."""

    time: str
    place: str  # as the box calls it
    kind: str
    packages: dict[str, str]
    more: int = 0


LINE = msgspec.json.Decoder(PackagesLine)


def distributions(names: Iterable[bytes]) -> dict[str, str]:
    """Return name and version of every distribution that the entries of a folder tell of."""
    found = (DISTRIBUTION.fullmatch(name) for name in names)
    return {usual(one[1].decode()): one[2].decode() for one in found if one}


def usual(name: str) -> str:
    """Write a distribution's name as package indexes do."""
    return re.sub(r"[-_.]+", "-", name).lower()


def bounded(packages: dict[str, str]) -> tuple[dict[str, str], int]:
    """Return the packages in an order, the first of them, and how many more there are."""
    ordered = sorted(packages.items())
    return dict(ordered[:MOST_PACKAGES]), max(0, len(ordered) - MOST_PACKAGES)


def prefixes(known: WorkspaceIndex) -> Iterator[bytes]:
    """Yield the folders in which a whole Python was seen."""
    return (path for path, row in known.rows() if row.reason == "virtual environment")


def folders(known: WorkspaceIndex) -> Iterator[tuple[bytes, str]]:
    """Yield the folders of packages that were seen, and whose: a project's own node_modules are none."""
    for path, row in known.rows():
        above, _, name = path.rpartition(b"/")
        if row.reason == "packages" and name in SITES:
            yield path, PYTHON
        elif row.reason == "packages" and name == b"node_modules" and above.endswith(b"/lib"):
            yield path, NPM
    told = {
        path.rpartition(b"/")[0] for path in known.folders if path.endswith((b".dist-info", b".egg-info"))
    }
    yield from ((path, PYTHON) for path in sorted(told))


def newest(lines: Iterable[bytes]) -> dict[str, PackagesLine]:
    """Return the last line about each place; what cannot be read is left out."""
    found: dict[str, PackagesLine] = {}
    for line in lines:
        try:
            one = LINE.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        found[one.place] = one
    return found
