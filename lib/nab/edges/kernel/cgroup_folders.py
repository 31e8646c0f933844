"""The folders of a container's cgroup, v1, v2 or both, wherever they are mounted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
PROC = Path("/proc")
UNLIMITED = 1 << 62  # v1 writes the largest number of pages for "no limit"


@dataclass(frozen=True)
class Group:
    """The folders that count for one container: of each v1 controller, and under "" the one of v2.

    A hybrid machine has both, with the counters on either side.
    """

    folders: dict[str, Path]
    paths: frozenset[str]
    pid: int = 0
    proc: Path = PROC

    def text(self, name: str, controller: str = "") -> str:
        """Return a counter file's text, empty when this kernel has none."""
        folder = self.folders.get(controller)
        try:
            return (folder / name).read_text(encoding="ascii") if folder else ""
        except OSError:
            return ""

    def number(self, name: str, controller: str = "") -> int | None:
        """Read a counter; no limit ("max") is None as well."""
        written = self.text(name, controller).strip()
        return int(written) if written.isdigit() and int(written) < UNLIMITED else None

    def fields(self, name: str, controller: str = "") -> dict[str, int]:
        """Read a flat `key value` file."""
        rows = [line.split() for line in self.text(name, controller).splitlines()]
        return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}

    def holds(self, pid: int) -> bool:
        """Say whether a process is in the container."""
        theirs = lines(pid, self.proc) or {}
        return any(
            path == ours or path.startswith(f"{ours}/") for path in theirs.values() for ours in self.paths
        )


def lines(pid: int, proc: Path) -> dict[str, str] | None:
    """Return the path of a process in each hierarchy, by controller; None when the process is gone."""
    try:
        written = (proc / str(pid) / "cgroup").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    rows = [line.split(":", 2) for line in written]
    return {controller: row[2] for row in rows if len(row) == 3 for controller in row[1].split(",")}


def mounts(proc: Path) -> dict[str, tuple[str, Path]]:
    """Return where each hierarchy is mounted, by controller, and which of its folders is the mount's root."""
    try:
        written = (proc / "self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found: dict[str, tuple[str, Path]] = {}
    for line in written:
        mount, _, file_system = line.partition(" - ")
        root, point = mount.split()[3:5]
        kind, _, options = [*file_system.split(), "", ""][:3]
        for controller in {"cgroup": options.split(","), "cgroup2": [""]}.get(kind, []):
            found.setdefault(controller, (root, Path(point)))
    return found


def group(pid: int, root: Path = ROOT, proc: Path = PROC) -> Group | None:
    """Find the cgroup of a process; None when the process is gone."""
    paths = lines(pid, proc)
    if paths is None:
        return None
    mounted = mounts(proc)
    folders = {}
    for controller, path in paths.items():
        top, point = mounted.get(controller, ("/", root / controller))
        if f"{path}/".startswith(
            f"{top.rstrip('/')}/"
        ):  # in a container of our own we see the lower part only
            folders[controller] = point / path[len(top.rstrip("/")) :].lstrip("/")
    return Group(folders, frozenset(path for path in paths.values() if path != "/"), pid, proc)
