"""Bare machines with systemd and ssh, that `ansible-playbook` makes workstations of: with engines of their own.

Each is a container with a Docker engine in it, so that nothing on it is this machine's. What no registry hands out is
loaded from an archive of this machine's engine, which they mount.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import docker
from docker.models.containers import Container

from nab.edges.docker import base_image, build_context, image_builds, trust
from nab.edges.docker.build_context import Recipe
from support.engines import engines
from support.repository.benches import REPOSITORY
from support.worlds.systemd import UNITS, SystemdHost

RECIPE = Path(__file__).with_name("workstation_image")
IMAGE, LABEL, START = "nab-test/workstation", "nab.test.workstation", "debian:bookworm-slim"
ANSIBLE = REPOSITORY / ".venv-deploy/bin/ansible-playbook"
SHARED = "/srv/images"
# The local tournament, as an operator might keep it going; no release has a unit for it.
TOURNAMENT = """[Unit]
StartLimitIntervalSec=0
[Service]
User=nab
Group=nab
WorkingDirectory=/var/lib/nab
ExecStart=/opt/nab/current/.venv/bin/python /opt/nab/current/scripts/tournament.py --config /etc/nab/nab.toml \
--state /var/lib/nab/state --size tiny --rounds-every {every} --window {window} --scoring-day 2
Restart=always
RestartSec=3
[Install]
WantedBy=multi-user.target
"""


class Workstation(SystemdHost):
    """A machine, bare at first."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        client = engines.engine_or_skip()
        self.container: Container = client.containers.run(
            image_or_skip(),
            cgroup_parent=beside_the_others(client),
            detach=True,
            hostname=name,
            labels={LABEL: str(folder)},
            cap_add=["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"],
            security_opt=["seccomp=unconfined", "apparmor=unconfined"],
            cgroupns="host",
            tmpfs={"/run": "", "/run/lock": "", "/tmp": ""},
            volumes={
                "/sys/fs/cgroup": {"bind": "/sys/fs/cgroup", "mode": "rw"},
                str(folder / "images"): {"bind": SHARED, "mode": "ro"},
            },
            mounts=[{"Target": "/var/lib/docker", "Type": "volume"}],
        )
        self.until_booted()
        self.write("/root/.ssh/authorized_keys", (folder / "key.pub").read_text())
        self.do("chmod", "600", "/root/.ssh/authorized_keys")
        for file, pem in trust.host_extra_certificates().items():
            self.write(f"/usr/local/share/ca-certificates/{file}", pem)

    def until_booted(self) -> None:
        """Wait until it can be asked for something; what catches up at the boot may take minutes."""
        there = {"starting", "running", "degraded"}
        self.until(lambda: self.ask("systemctl", "is-system-running").stdout.strip() in there, 300)

    @property
    def address(self) -> str:
        self.container.reload()
        (network,) = self.container.attrs["NetworkSettings"]["Networks"].values()
        return str(network["IPAddress"])

    @property
    def known_host(self) -> str:
        key = self.do("cat", "/etc/ssh/ssh_host_ed25519_key.pub")
        return f"{self.name} {' '.join(key.split()[:2])}\n"

    def nab(self, script: str, *words: str) -> str:
        """Run a script of the current release as the services do (docs/automation.md)."""
        environment = ["NAB_CONFIG=/etc/nab/nab.toml", "NAB_STATE=/var/lib/nab/state"]
        program = ["/opt/nab/current/.venv/bin/python", f"/opt/nab/current/scripts/{script}.py", *words]
        us = ["runuser", "-u", "nab", "-g", "nab", "-G", "docker", "--", "env", "-C", "/var/lib/nab"]
        done = self.ask(*us, *environment, *program)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def release(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run nab-release."""
        return self.ask("/usr/local/sbin/nab-release", *words)

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a program whatever comes of it."""
        return subprocess.run(
            ["docker", "exec", self.container.id, *words],
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip

    @property
    def current(self) -> str:
        return self.do("readlink", "/opt/nab/current", check=False).rpartition("/")[2]

    def events(self, kind: str = "") -> list[dict]:
        """Return the events of its log."""
        text = self.do("sh", "-c", "cat /var/lib/nab/state/events/*.jsonl 2>/dev/null", check=False)
        found = [json.loads(line) for line in text.splitlines()]
        return [one for one in found if kind in {"", one["kind"]}]

    def box(self, entrant: str) -> str:
        """Return the id of an entrant's live box."""
        told = self.do(
            "docker", "ps", "--no-trunc", "--format", '{{.ID}} {{.Label "nab.run"}} {{.Label "nab.role"}}'
        )
        found = [
            line.split()[0]
            for line in told.splitlines()
            if f"-{entrant} " in line and line.endswith(" agent")
        ]
        return found[0] if found else ""

    def keeps_a_tournament(self, every: int, window: int) -> None:
        """Have the local tournament run there from the first release on."""
        self.write(f"{UNITS}/tournament.service", TOURNAMENT.format(every=every, window=window))
        self.do("systemctl", "enable", "tournament.service")
        self.do("systemctl", "start", "--no-block", "tournament.service")


class Fleet:
    """Some machines, and whoever operates them from here."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.hosts = folder, []
        (folder / "images").mkdir(exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")], check=True)

    def another(self, name: str) -> Workstation:
        self.hosts.append(Workstation(name, self.folder))
        return self.hosts[-1]

    def play(self, playbook: str, **variables: object) -> subprocess.CompletedProcess[str]:
        """Run a playbook on all of them, over ssh."""
        (self.folder / "known_hosts").write_text("".join(host.known_host for host in self.hosts))
        ssh = f"-o UserKnownHostsFile={self.folder / 'known_hosts'}"
        hosts = {
            host.name: {
                "ansible_host": host.address, "ansible_ssh_common_args": f"{ssh} -o HostKeyAlias={host.name}",
            }
            for host in self.hosts
        }  # fmt: skip
        common = {"ansible_user": "root", "ansible_ssh_private_key_file": str(self.folder / "key")}
        inventory = self.folder / "inventory.yml"  # JSON is YAML
        inventory.write_text(json.dumps({"workstations": {"hosts": hosts, "vars": common}}))
        given = self.folder / "variables.json"
        given.write_text(json.dumps(variables))
        return subprocess.run(
            [str(ANSIBLE), "-i", str(inventory), "-e", f"@{given}", f"{playbook}.yml"],
            cwd=REPOSITORY / "ansible", capture_output=True, text=True, check=False,
        )  # fmt: skip

    def close(self) -> None:
        with ExitStack() as last:
            for host in self.hosts:
                last.callback(host.close)


def recap(done: subprocess.CompletedProcess[str], host: str) -> dict[str, int]:
    """Return what Ansible counts for a host at its end: ok, changed, failed, ..."""
    lines = [line for line in done.stdout.splitlines() if re.match(rf"{host}\s+: ok=", line)]
    assert lines, done.stdout + done.stderr
    return {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", lines[-1])}


def beside_the_others(client: docker.DockerClient) -> str | None:
    """Return a group of processes beside that of all other boxes: a whole machine is worth as much as all of them."""
    return "/nab-test-workstations" if client.info()["CgroupDriver"] == "cgroupfs" else None


def image_or_skip() -> str:
    """Return the name of the machine's image, building it when its recipe or its parent changed."""
    client = engines.engine_or_skip()
    parent = base_image.find_or_make(client, START)
    recipe = Recipe(
        IMAGE, build_context.folder(RECIPE), image_builds.image_id(client, parent) or "", {"PARENT": parent}
    )
    if not image_builds.is_current(client, recipe):
        for event in image_builds.start(client, recipe):
            assert "error" not in event, event
    return IMAGE


def save_images(folder: Path, names: Sequence[str]) -> None:
    """Write some images of this engine into the folder that the machines mount."""
    client = engines.engine_or_skip()
    start = base_image.find_or_make(client, START)
    for name in names:
        engines.image_or_skip(name)
    subprocess.run(
        ["docker", "save", "--output", str(folder / "images/images.tar"), start, *names], check=True
    )


@contextmanager
def fleet() -> Iterator[Fleet]:
    """Have a fleet, empty at first."""
    if not ANSIBLE.exists():
        engines.missing("no Ansible: scripts/bootstrap.sh --deploy")
    with tempfile.TemporaryDirectory(prefix="nab", dir="/var/tmp") as folder:
        made = Fleet(Path(folder))
        try:
            yield made
        finally:
            made.close()


def timed(what: str, began: float) -> None:
    """Say how long something took; pytest shows it with -s or where a test fails."""
    print(f"{what}: {time.monotonic() - began:.0f} s")
