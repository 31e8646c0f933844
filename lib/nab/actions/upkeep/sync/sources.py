"""Which files of the state go to the git remote, what matters most first. No link is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from nab.core.upkeep.sync import selection
from nab.core.upkeep.sync.selection import FOLDERS, OF_A_RUN, Folder, Way
from nab.edges.untrusted import workspaces
from nab.paths import AgentFolder, Paths


class StateFile(NamedTuple):
    """A file of the state: in which folder (of ours, resolved), its path there, at the remote, and how it goes."""

    root: bytes
    place: bytes
    path: bytes
    seen: os.stat_result
    way: Way


class RunRecord(msgspec.Struct):
    """The little of run.json that says whether a run is over."""

    ended: msgspec.Raw = msgspec.Raw(b"null")


def runs(paths: Paths, which: str) -> list[str]:
    """Name the runs whose records are taken."""
    names = sorted(path.name for path in paths.runs.iterdir() if path.is_dir()) if paths.runs.is_dir() else []
    return [name for name in names if which == "all" or is_over(paths.run(name).record)]


def is_over(record: Path) -> bool:
    """Say whether a run has ended, as its run.json has it."""
    try:
        return bytes(msgspec.json.decode(record.read_bytes(), type=RunRecord).ended) != b"null"
    except (OSError, msgspec.MsgspecError):
        return False


def found(paths: Paths, which: str) -> list[StateFile]:
    """List every file that goes, the little that matters most first."""
    root, site = os.fsencode(paths.root), os.fsencode(paths.site.resolve())
    folders = [*FOLDERS]
    for run in runs(paths, which):
        below = b"runs/" + os.fsencode(run)
        folders += [Folder(workspaces.join(below, path).rstrip(b"/"), deep) for path, deep in OF_A_RUN]
    everything = [one for folder in folders for one in inside(root, folder, b"")]
    everything += inside(site, Folder(b"", deep=True), b"site/")
    return sorted(everything, key=lambda one: (not selection.is_core(one.path), one.path))


def inside(root: bytes, folder: Folder, prefix: bytes) -> Iterator[StateFile]:
    """Yield the files of a folder that go; no link is followed, and what cannot be listed has none."""
    waiting = [folder.path]
    while waiting:
        place = waiting.pop()
        try:
            listed = workspaces.listing(AgentFolder(Path(os.fsdecode(root))), place).others
        except OSError:
            continue
        for name, seen in listed.items():
            own = workspaces.join(place, name)
            path = prefix + own
            if stat.S_ISDIR(seen.st_mode) and folder.deep:
                waiting.append(own)
            elif stat.S_ISREG(seen.st_mode) and (way := selection.way(path)):
                yield StateFile(root, own, selection.at_remote(path), seen, way)
