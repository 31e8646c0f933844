"""The role for machines with an NVIDIA GPU, on one that seems to have one; its toolkit is in an apt repository of ours.

The package is a stub that does what the role asks of the real one: it adds the runtime to the engine's settings.
"""

import json
import subprocess

import pytest

from support.worlds.workstation import fleet, recap

pytestmark = pytest.mark.timeout(1800)
REPOSITORY_THERE = "/srv/apt/stable/deb/amd64"
STUB = """#!/bin/sh
set -eu
[ "$*" = "runtime configure --runtime=docker" ]
python3 - <<'END'
import json, pathlib
path = pathlib.Path("/etc/docker/daemon.json")
told = json.loads(path.read_text())
runtime = {"nvidia": {"args": [], "path": "nvidia-container-runtime"}}
path.write_text(json.dumps(told | {"runtimes": runtime}, indent=4) + "\\n")
END
echo 'level=info msg="Wrote updated config to /etc/docker/daemon.json"' >&2
"""
CONTROL = """Package: nvidia-container-toolkit
Version: 0.0.1
Architecture: all
Maintainer: a test <test@example.org>
Description: a stub
"""
PLAY = """
- hosts: workstations
  become: true
  roles: [engine, graphics]
"""


@pytest.fixture(scope="module")
def world():
    with fleet() as made:
        made.another("graphics")
        yield made


def repository_on(host, folder):
    """Make a repository with the stub on the machine."""
    package = folder / "package"
    (package / "DEBIAN").mkdir(parents=True)
    (package / "usr/bin").mkdir(parents=True)
    (package / "DEBIAN/control").write_text(CONTROL)
    (package / "usr/bin/nvidia-ctk").write_text(STUB)
    (package / "usr/bin/nvidia-ctk").chmod(0o755)
    host.do("mkdir", "-p", REPOSITORY_THERE)
    subprocess.run(["docker", "cp", package, f"{host.container.id}:/srv/package"], check=True)
    host.do("dpkg-deb", "--root-owner-group", "--build", "/srv/package", f"{REPOSITORY_THERE}/toolkit.deb")
    index = (
        f"cd {REPOSITORY_THERE} && (dpkg-deb --field toolkit.deb; echo Filename: ./toolkit.deb; "
        "echo Size: $(stat -c %s toolkit.deb); echo SHA256: $(sha256sum toolkit.deb | cut -d' ' -f1)) >Packages"
    )
    host.do("sh", "-c", index)


def test_the_toolkit_is_installed_and_made_known_once(world, tmp_path):
    (host,) = world.hosts
    repository_on(host, tmp_path)
    host.do("touch", "/dev/nvidia0")
    (tmp_path / "graphics.yml").write_text(PLAY)
    variables = {"graphics_repository": "file:/srv/apt", "graphics_signed": False}

    first, second = (world.play(str(tmp_path / "graphics"), **variables) for _ in range(2))

    assert first.returncode == 0, first.stdout + first.stderr
    settings = json.loads(host.do("cat", "/etc/docker/daemon.json"))
    assert settings["runtimes"]["nvidia"]["path"] == "nvidia-container-runtime"
    assert settings["live-restore"] is True
    assert second.returncode == 0 and recap(second, "graphics")["changed"] == 0, second.stdout
    assert host.shown("docker.service", "ActiveState") == "active"
