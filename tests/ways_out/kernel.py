"""Out of the box itself, by way of the engine or the kernel."""

from __future__ import annotations

import ctypes
import os
import socket
import stat
import subprocess
from pathlib import Path

from ways_out import KERNEL, Facts, Stopped, way

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
BPF, PTRACE, MOUNT = 321, 101, 165  # x86-64; elsewhere another call is refused as well
OUR_PROCESSES = ("python", "sleep", "init", "nab-box", "sh", "curl", "head", "bash", "docker-init", "tini")
LIBC = ctypes.CDLL(None, use_errno=True)


def must(answer: int) -> None:
    """Raise what the kernel said."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def forked(*flags: int) -> str:
    """Try namespaces in a child, so that this process stays where it is."""
    program = f"import ctypes; e = ctypes.CDLL(None, use_errno=True).unshare({sum(flags)}); raise SystemExit(e != 0)"
    if subprocess.run(["python3", "-c", program], check=False).returncode:
        raise Stopped("unshare is refused")
    return "unshared"


@way(KERNEL)
def socket_of_the_engine(facts: Facts) -> str:
    """the engine's socket, by any of its usual names"""
    for name in (
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/run/containerd/containerd.sock",
        "/run/podman/podman.sock",
    ):
        if Path(name).exists():
            return name
    raise Stopped("none is there")


@way(KERNEL)
def abstract_socket_of_the_host(facts: Facts) -> str:
    """an abstract UNIX socket that the host listens on"""
    with socket.socket(socket.AF_UNIX) as trial:
        trial.connect(f"\0nab-test-{facts.listener}")
    return "connected"


@way(KERNEL)
def namespaces_of_its_own(facts: Facts) -> str:
    """new user, mount and network namespaces"""
    return forked(CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET)


@way(KERNEL)
def a_mount(facts: Facts) -> str:
    """mounting something"""
    must(LIBC.mount(b"none", b"/tmp", b"tmpfs", 0, None))
    return "mounted"


@way(KERNEL)
def a_device(facts: Facts) -> str:
    """making the device of the host's first disk"""
    place = Path(f"/tmp/disk-{facts.token}")
    os.mknod(place, stat.S_IFBLK | 0o600, os.makedev(8, 0))
    return str(place)


@way(KERNEL)
def a_setuid_program(facts: Facts) -> str:
    """becoming root by a setuid program"""
    rows = dict(row.split(":", 1) for row in Path("/proc/self/status").read_text().splitlines() if ":" in row)
    held = (
        int(rows["CapEff"], 16) | int(rows["CapPrm"], 16) | int(rows["CapBnd"], 16) | int(rows["CapAmb"], 16)
    )
    if rows["NoNewPrivs"].strip() == "1" and not held and os.getuid():
        raise Stopped("no new privileges, no capability, not root")
    return str(rows)


@way(KERNEL)
def processes_of_others(facts: Facts) -> str:
    """processes outside of the box, to trace or to signal"""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name = (folder / "comm").read_text().strip()
        except OSError:
            continue
        if not name.startswith(OUR_PROCESSES):
            return name
    raise Stopped("only our own are there")


@way(KERNEL)
def settings_of_the_kernel(facts: Facts) -> str:
    """writing the kernel's settings: forwarding, core dumps, cgroups"""
    places = [
        Path("/proc/sys/net/ipv4/ip_forward"),
        Path("/proc/sys/kernel/core_pattern"),
        Path("/proc/sysrq-trigger"),
    ]
    places += sorted(Path("/sys/fs/cgroup").rglob("release_agent"))[:20]
    for place in places:
        try:
            place.write_text("1")
        except OSError:
            continue
        return str(place)
    raise Stopped("not permitted")


@way(KERNEL)
def a_program_in_the_kernel(facts: Facts) -> str:
    """loading a program into the kernel (bpf)"""
    must(LIBC.syscall(BPF, 0, ctypes.create_string_buffer(128), 128))
    return "loaded"


@way(KERNEL)
def memory_of_the_host(facts: Facts) -> str:
    """the host's memory, by a device or by /proc/kcore"""
    for name in ("/dev/mem", "/dev/kmem", "/proc/kcore"):
        try:
            with Path(name).open("rb") as memory:
                if memory.read(64):
                    return name
        except OSError:
            continue
    raise Stopped("not readable")


@way(KERNEL)
def folders_of_the_host(facts: Facts) -> str:
    """a folder of the host among the mounts, but for what every box has"""
    expected = {"/", "/workspace", "/run/nab", "/etc/resolv.conf", "/etc/hostname", "/etc/hosts"}
    expected |= {"/etc/ssl/certs/ca-certificates.crt", "/etc/nab/ca.crt"}
    for row in Path("/proc/self/mountinfo").read_text().splitlines():
        place = row.split()[4]
        inside = place.startswith(("/proc", "/sys", "/dev", "/sbin/docker-init", "/usr/sbin/docker-init"))
        if place not in expected and not inside:
            return place
    raise Stopped("none")
