"""A Docker engine of the test's own, in a network namespace of its own: it may be killed and started anew."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import docker
import pytest
import requests

from support.engines.last_steps import ended_by

NEEDED = ("dockerd", "ip", "nsenter")


class OwnEngine:
    """An engine with images of the main one. `live_restore`: its boxes go on while it is not there."""

    def __init__(self, *, live_restore: bool) -> None:
        self.name = f"nab{uuid.uuid4().hex[:8]}"
        self.folder = Path(tempfile.mkdtemp(prefix="nab", dir="/var/tmp"))
        self.live_restore = live_restore
        self.process: subprocess.Popen[bytes] | None = None
        subprocess.run(["ip", "netns", "add", self.name], check=True)
        subprocess.run([*self.inside, "ip", "link", "set", "lo", "up"], check=True)

    @property
    def inside(self) -> list[str]:
        return ["nsenter", f"--net=/run/netns/{self.name}"]

    @property
    def address(self) -> str:
        return f"unix://{self.folder}/docker.sock"

    @property
    def client(self) -> docker.DockerClient:
        return docker.DockerClient(self.address)

    def start(self) -> None:
        """Start it, and wait until it answers.

        Of one that was killed it finds the pid of its containerd, which died with it. As long as the first process of
        the machine has not looked after its dead there is such a pid, and the engine waits for that containerd, in
        vain, instead of starting another.
        """
        for left in ("pid", "exec/containerd/containerd.pid"):
            (self.folder / left).unlink(missing_ok=True)
        places = [f"--data-root={self.folder}/data", f"--exec-root={self.folder}/exec"]
        options = [f"--pidfile={self.folder}/pid", f"--host={self.address}", "--shutdown-timeout=2"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.inside, "dockerd", *places, *options]
                + ["--live-restore"] * self.live_restore,
                stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self.answers():
            goes_on = self.process.poll() is None and time.monotonic() < deadline
            assert goes_on, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.2)

    def answers(self) -> bool:
        with suppress(docker.errors.DockerException, requests.RequestException):
            return bool(self.client.ping())
        return False

    def kill(self) -> None:
        """Kill it: no word to its boxes, no tidying up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def bring(self, images: Sequence[str]) -> None:
        """Bring images over from the main engine."""
        saving = subprocess.Popen(["docker", "save", *images], stdout=subprocess.PIPE)
        subprocess.run(["docker", "--host", self.address, "load", "--quiet"], stdin=saving.stdout, check=True)
        assert saving.wait() == 0

    def close(self) -> None:
        """End it, its boxes and all that it has kept."""
        with ended_by(self.end, self.remove_the_rest):
            if not self.answers():
                self.start()
            for box in self.client.containers.list(all=True):
                box.remove(force=True)

    def end(self) -> None:
        """Have it end by itself."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def remove_the_rest(self) -> None:
        """Remove what is left of it, whatever state it is in."""
        end_all_in(self.folder)
        unmount_all_in(self.folder)
        subprocess.run(["ip", "netns", "del", self.name], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def end_all_in(folder: Path) -> None:
    """Kill what an engine that was killed has left: programs that name its folder."""
    for found in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.fsencode(folder) in (found / "cmdline").read_bytes():
                os.kill(int(found.name), signal.SIGKILL)


def unmount_all_in(folder: Path) -> None:
    """Unmount what an engine has mounted below its folder, the innermost first."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in sorted((one for one in places if one.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", place], check=False)


@contextmanager
def own_engine(*images: str, live_restore: bool) -> Iterator[OwnEngine]:
    """Have an engine; without root or its programs the test is skipped with the reason, and fails in CI."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if os.geteuid() != 0 or missing:
        why = "an engine of the test's own needs root" + (f" and {', '.join(missing)}" if missing else "")
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    engine = OwnEngine(live_restore=live_restore)
    with ended_by(engine.close):
        engine.start()
        engine.bring(images)
        yield engine
