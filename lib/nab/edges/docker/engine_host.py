"""The Docker engine as a program of this machine: installed and started where we may."""

from __future__ import annotations

from pathlib import Path

from nab.core.errors import FAILED, NabError
from nab.edges import clock, process
from nab.edges.docker import engine
from nab.edges.host import packages as host_packages
from nab.edges.host.progress import Step

WAIT_SECONDS = 60.0
FIRST_PROCESS = Path("/proc/1/comm")
DAEMON = "dockerd"


def ensure_installed() -> bool:
    """Install the distribution's engine when there is none; say whether that was so."""
    if process.found(DAEMON) or engine.ping():
        return False
    packages = ("docker.io", "docker-cli") if host_packages.known("docker-cli") else ("docker.io",)
    return host_packages.need(DAEMON, packages=packages)


def ensure_running(log: Path, starting: Step) -> bool:
    """Start the engine when it does not answer, and wait until it does; say whether that was so.

    Raises NabError when we may not, or when it does not answer in time.
    """
    if engine.ping():
        return False
    refuse_elsewhere()
    if is_running_for_others():
        engine.refuse_unreachable()
    if not host_packages.may_be_root():
        raise NabError("no Docker engine is running, and we may not start one", hint=engine.START)
    start(log)
    wait(log, starting)
    return True


def refuse_elsewhere() -> None:
    """Raise NabError when DOCKER_HOST names an engine that is not ours to start."""
    if process.environment("DOCKER_HOST"):
        raise NabError(
            f"the Docker engine at {engine.address()} does not answer",
            hint="start it there, or unset DOCKER_HOST",
        )


def is_running_for_others() -> bool:
    """Say whether an engine listens that only we may not talk to."""
    try:
        engine.refuse_unreachable()
    except NabError as error:
        return error.hint == engine.JOIN_GROUP
    return True


def start(log: Path) -> None:
    """Start it as a service where systemd runs, else as a process of its own that outlives us."""
    if is_systemd():
        process.run(*host_packages.as_root("systemctl", "enable", "--now", "docker"))
    else:
        process.start_detached(*host_packages.as_root(DAEMON), output=log)


def is_systemd() -> bool:
    """Say whether systemd is the first process of this machine."""
    return FIRST_PROCESS.read_text(encoding="ascii").strip() == "systemd"


def wait(log: Path, starting: Step) -> None:
    """Wait until the engine answers us."""
    patience = clock.Patience(WAIT_SECONDS, lambda: log.stat().st_size if log.exists() else 0)
    while not patience.lost:
        if engine.ping():
            return
        if is_running_for_others():
            engine.refuse_unreachable()
        starting.at(last_line(log))
        clock.pause(0.3)
    raise NabError(
        f"the Docker engine has said nothing new for {WAIT_SECONDS:.0f} s, and does not answer",
        hint=f"its log: {'journalctl -u docker' if is_systemd() else log}",
        exit_code=FAILED,
    )


def last_line(log: Path) -> str:
    """Return what the engine said last."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return lines[-1] if lines else ""
