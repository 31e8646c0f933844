"""A machine with a real systemd, on which our units are installed as real files, beside the engine of this machine.

The machine is a container. The boxes that it starts are its siblings, so the state has the same path in both. Their
processes it cannot see: what watches processes (the resource monitor, the census, the collector) ends at once here.
"""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from docker.models.containers import Container
from packaging.requirements import Requirement

from nab.edges.docker import build_context, engine, image_builds
from nab.edges.docker.build_context import File, Recipe
from support.engines import engines
from support.repository.benches import REPOSITORY
from support.worlds.coding import CodingWorld, coding_world

RECIPE = Path(__file__).with_name("systemd_image")
IMAGE, PARENT, LABEL = "nab-test/systemd", "nab/base", "nab.test.systemd"
RELEASE = "/opt/nab/releases/test"
UNITS = "/etc/systemd/system"
USUAL_USER = 1000
# The tournament listens on this machine's own loopback; the other one reaches it by its unix socket.
SOCKET = "[Socket]\nListenStream=127.0.0.1:{port}\n"
RELAY = "[Service]\nExecStart=/lib/systemd/systemd-socket-proxyd {folder}/state/tournament/api.sock\n"


class SystemdHost:
    """A container that systemd boots, and how it is spoken to."""

    container: Container

    def power_cut(self) -> None:
        """End all that runs on the machine at once, and start it again."""
        self.container.kill()
        self.container.start()
        self.until_booted()

    def until_booted(self) -> None:
        states = {"running", "degraded"}
        self.until(lambda: self.do("systemctl", "is-system-running", check=False) in states, 30)

    def do(self, *words: str, check: bool = True) -> str:
        """Run a program on the machine as root. Returns what it printed."""
        done = subprocess.run(
            ["docker", "exec", self.container.id, *words],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0 or not check, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Write a file on the machine, and have systemd read its units again."""
        make = 'mkdir -p "$(dirname "$1")" && printf "%s" "$2" >"$1" && systemctl daemon-reload'
        self.do("sh", "-c", make, "sh", path, text)

    def drop_in(self, unit: str, lines: str, name: str = "zz-test") -> str:
        """Add lines to a unit. Returns where they are."""
        path = f"{UNITS}/{unit}.d/{name}.conf"
        self.write(path, f"[Service]\n{lines}\n")
        return path

    @contextmanager
    def running(self, unit: str, *command: str) -> Iterator[None]:
        """Have a service start another program for a while, all else being as it is."""
        words = " ".join(f'"{word}"' for word in command)
        path = self.drop_in(unit, f"ExecStart=\nExecStart={words}")
        try:
            yield
        finally:
            self.do("rm", path)
            self.do("systemctl", "daemon-reload")

    def shown(self, unit: str, name: str) -> str:
        """Return a property of a unit."""
        return self.do("systemctl", "show", "--property", name, "--value", unit)

    def journal(self, *words: str) -> str:
        return self.do("journalctl", "--no-pager", "--output=cat", *words)

    @staticmethod
    def until(holds: Callable[[], object], seconds: float) -> None:
        CodingWorld.wait(holds, seconds)

    def close(self) -> None:
        self.container.remove(force=True, v=True)


class Machine(SystemdHost):
    """The machine beside whose engine our units are installed as by hand."""

    def __init__(self, world: CodingWorld) -> None:
        self.folder = world.bench.paths.root.parent
        self.container = engines.engine_or_skip().containers.run(
            image_or_skip(),
            detach=True,
            hostname="machine",
            labels={LABEL: str(self.folder)},
            cap_add=["SYS_ADMIN"],
            security_opt=["seccomp=unconfined", "apparmor=unconfined"],
            cgroupns="host",
            tmpfs={"/run": "", "/run/lock": "", "/tmp": ""},
            volumes=mounts(self.folder),
        )
        self.until_booted()
        self.install(world.bench.config.settings.tournament.local_port)

    def install(self, port: int) -> None:
        """Do what docs/automation.md tells to do by hand."""
        group = Path(engine.socket_path()).stat().st_gid
        self.do("groupadd", "--non-unique", "--gid", str(group), "docker")
        user = str(os.getuid() or USUAL_USER)  # the agents' user number is built into their images
        home = ("--create-home", "--home-dir", "/var/lib/nab")
        self.do("groupadd", "--gid", user, "nab")
        self.do("useradd", "--system", "--uid", user, "--gid", "nab", *home, "nab")
        self.do("chown", "--recursive", "nab:nab", str(self.folder))
        self.write("/etc/nab/nab.toml", (self.folder / "nab.toml").read_text())
        self.do("sh", "-c", f"cp -r {RELEASE}/systemd/. {UNITS}/")
        self.drop_in(
            "nab-.service", f"Environment=NAB_STATE={self.folder}/state\nBindPaths={self.folder}", "state"
        )
        self.write(
            f"{UNITS}/tournament.socket", SOCKET.format(port=port) + "[Install]\nWantedBy=sockets.target\n"
        )
        self.write(f"{UNITS}/tournament.service", RELAY.format(folder=self.folder))
        self.do("systemctl", "enable", "--now", "tournament.socket")


@contextmanager
def machine_with_systemd() -> Iterator[tuple[Machine, CodingWorld]]:
    """Have a machine on which our units are installed, and a world with a tournament and scripted models for it."""
    engines.image_or_skip("nab/agent-codex")
    with coding_world("hangs") as world:
        machine = Machine(world)
        try:
            yield machine, world
        finally:
            machine.close()


def mounts(folder: Path) -> dict[str, dict[str, str]]:
    """Return what the machine has of this one: its engine, the state, and our programs to read."""
    shared = {
        engine.socket_path(): "/run/docker.sock",
        "/sys/fs/cgroup": "/sys/fs/cgroup",
        str(folder): str(folder),
    }
    read = {str(REPOSITORY / part): f"{RELEASE}/{part}" for part in ("lib", "scripts", "images", "systemd")}
    return {host: {"bind": there, "mode": "rw"} for host, there in shared.items()} | {
        host: {"bind": there, "mode": "ro"} for host, there in read.items()
    }


def image_or_skip() -> str:
    """Return the name of the machine's image, building it when its recipe or its parent changed."""
    client = engines.engine_or_skip()
    parent = image_builds.image_id(client, engines.image_or_skip(PARENT)) or ""
    files = {**build_context.folder(RECIPE), "requirements.lock": File(locked(needed()).encode())}
    recipe = Recipe(IMAGE, files, parent, {"PARENT": PARENT, "RELEASE": RELEASE})
    if not image_builds.is_current(client, recipe):
        for event in image_builds.start(client, recipe):
            assert "error" not in event, event
    return IMAGE


def needed() -> set[str]:
    """Name the packages that our scripts need: all but the tournament's, which takes a minute to install."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    found: set[str] = set()
    waiting = [Requirement(line) for line in project["dependencies"]]
    while waiting:
        one = waiting.pop()
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        if name not in found and (one.marker is None or one.marker.evaluate({"extra": ""})):
            found.add(name)
            waiting += map(Requirement, metadata.requires(name) or ())
    return found


def locked(packages: set[str]) -> str:
    """Return the lines of requirements.lock for these packages."""
    kept, keep = [], False
    for line in (REPOSITORY / "requirements.lock").read_text().splitlines():
        if not line.startswith((" ", "#")):
            keep = line.partition("==")[0] in packages
        kept += [line] if keep else []
    return "\n".join(kept) + "\n"
