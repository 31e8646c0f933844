"""Write down what is installed in a run's box whenever it changes. Nothing of the box is run for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from nab.actions.boxes import images
from nab.core.recording import packages
from nab.core.recording.packages import MOST_PLACES, NPM, PYTHON, PackagesLine
from nab.core.recording.workspace.index import WorkspaceIndex
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import agent_box
from nab.edges.files import files
from nab.edges.untrusted import installations
from nab.paths import AgentFolder, RunPaths

OF_THE_IMAGE = (b"opt/control", b"usr", b"usr/local")  # Pythons; the agent can write none of them
NODE = (
    b"opt/node/lib/node_modules",
    b"opt/cli/node_modules",
    b"usr/lib/node_modules",
    b"usr/local/lib/node_modules",
)
INSIDE = {  # what the folders of a run's disk are called in the box
    **{name.encode(): place for name, place in agent_box.SCRATCH.items()},
    b"home": agent_box.HOME,
    agent_box.seeded_name(agent_box.HOME).encode(): agent_box.HOME,
}
ADDED_TO = sorted({place for places in images.INSTALLS.values() for place in places})


class Place(NamedTuple):
    """A folder of packages: where we reach it, its name in the box, and whose packages they are."""

    root: AgentFolder
    path: bytes
    name: str
    kind: str


class Installed:
    """What is installed in one run's box, from look to look."""

    def __init__(self, paths: RunPaths, most_bytes: int) -> None:
        self.paths, self.most_bytes = paths, most_bytes
        self.told = packages.newest(line for _, line in files.lines_after(paths.packages, 0))
        self.seen: dict[str, int] = {}

    def look_at_image(self, pid: int) -> None:
        """Write down what the box began with beyond the agent's reach, through its first process."""
        root = root_of(pid)
        pythons = ((site, PYTHON) for prefix in OF_THE_IMAGE for site in installations.sites(root, prefix))
        for path, kind in (*pythons, *((path, NPM) for path in NODE)):
            self.compare(Place(root, path, "/" + path.decode(), kind))

    def look(self, workspace: WorkspaceIndex, elsewhere: WorkspaceIndex) -> None:
        """Write down what has changed in the folders that looks at the agent's own came upon. Raises OSError."""
        found = {place.name: place for place in self.places(workspace, elsewhere)}
        for place in list(found.values())[:MOST_PLACES]:
            self.compare(place)
        for name, line in list(self.told.items()):
            if line.packages and name not in found and is_agents(name):
                self.gone(name)

    def places(self, workspace: WorkspaceIndex, elsewhere: WorkspaceIndex) -> Iterator[Place]:
        """Yield the folders of packages that the agent can write to."""
        disk = self.paths.disk
        for place in ADDED_TO:
            own = agent_box.seeded_name(place).encode()
            yield from (named(disk, own, place, site, PYTHON) for site in installations.sites(disk, own))
        yield from below(self.paths.workspace, b"", agent_box.WORKSPACE, workspace)
        for own, name in INSIDE.items():
            yield from below(disk, own, name, elsewhere)

    def compare(self, place: Place) -> None:
        """Look at a folder unless it is as it was, and write down what is in it unless that is on record."""
        signature = installations.signature(place.root, place.path)
        if signature is None:
            return self.gone(place.name)
        if self.seen.get(place.name) != signature:
            read = installations.python if place.kind == PYTHON else installations.npm
            self.tell(place.name, place.kind, read(place.root, place.path))
            self.seen[place.name] = signature
        return None

    def gone(self, name: str) -> None:
        """Write down that a folder is not there any more, if it ever was."""
        self.seen.pop(name, None)
        if name in self.told:
            self.tell(name, self.told[name].kind, {})

    def tell(self, name: str, kind: str, present: dict[str, str]) -> None:
        """Append a line, if it tells of anything new and there is room for it."""
        some, more = packages.bounded(present)
        before = self.told.get(name)
        if (before.packages if before else {}) == some:
            return
        line = PackagesLine(time=times.text(clock.now()), place=name, kind=kind, packages=some, more=more)
        written = msgspec.json.encode(line)
        if files.size(self.paths.packages) + len(written) < self.most_bytes:
            files.append_line(self.paths.packages, written)
        self.told[name] = line


def root_of(pid: int) -> AgentFolder:
    """Return the root of the box in which a process is; nothing is there when it has ended."""
    return AgentFolder(Path(f"/proc/{pid}/root"))


def below(root: AgentFolder, own: bytes, name: str, known: WorkspaceIndex) -> Iterator[Place]:
    """Yield the folders of packages below one of an agent's folders, as a look at it came upon them."""
    start = own + b"/" if own else b""
    pythons = (path for path in packages.prefixes(known) if path.startswith(start))
    sites: Iterable[tuple[bytes, str]] = (
        (site, PYTHON) for path in pythons for site in installations.sites(root, path)
    )
    for path, kind in (*sites, *packages.folders(known)):
        if path.startswith(start):
            yield named(root, own, name, path, kind)


def named(root: AgentFolder, own: bytes, name: str, path: bytes, kind: str) -> Place:
    """Name a folder as the box does."""
    inside = path[len(own) :].strip(b"/").decode("utf-8", "backslashreplace")
    return Place(root, path, f"{name}/{inside}", kind)


def is_agents(name: str) -> bool:
    """Say whether a folder is one that the agent can write to."""
    return any(name.startswith(f"{place}/") for place in (agent_box.WORKSPACE, *INSIDE.values(), *ADDED_TO))
