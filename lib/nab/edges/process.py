"""Programs of the machine are started here, and only here. The environment is read here too."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from nab.core.errors import FAILED, NabError

A_SERVICE = {"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"}  # what systemd tells its main process


@dataclass(frozen=True)
class Ended:
    """How a program ended: exit code (-N: killed by signal N), and its two outputs as text."""

    argv: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str


def run(  # noqa: PLR0913 - what a program can be given
    *argv: str,
    check: bool = True,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    standard_input: IO[bytes] | None = None,
    standard_output: IO[bytes] | None = None,
) -> Ended:
    """Run a program to its end, without a shell; its standard input is empty, or the given file.

    What it prints is returned as text, or goes to the given file.

    `env` is added to the present environment. Raises NabError when the program is missing, when it
    takes more than `timeout` seconds (it is killed), or, with `check`, when it exits other than 0.
    """
    try:
        done = subprocess.run(
            argv,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=standard_input or subprocess.DEVNULL,
            stdout=standard_output or subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        raise NabError(f"{argv[0]} is not installed", hint=f"install {argv[0]}, or run make doctor") from None
    except subprocess.TimeoutExpired:
        raise NabError(f"{argv[0]} took more than {timeout:.0f} s", exit_code=FAILED) from None
    ended = Ended(argv, done.returncode, done.stdout or "", done.stderr)
    if check and ended.exit_code != 0:
        said = (ended.stderr or ended.stdout).strip().splitlines()[-1:] or ["no message"]
        raise NabError(f"{' '.join(argv[:3])} failed ({ended.exit_code}): {said[0]}", exit_code=FAILED)
    return ended


LATE = 124


def run_as_one(
    *argv: str, seconds: float, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Ended:
    """Run a program with all that it starts: at the time limit, and when we are ended, all of it is killed.

    The exit code is LATE when it took longer.
    """
    child = subprocess.Popen(
        ("setpriv", "--pdeathsig", "KILL", *argv),
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        out, errors = child.communicate(timeout=max(0.1, seconds))
        return Ended(argv, child.returncode, out, errors)
    except subprocess.TimeoutExpired:
        return Ended(argv, LATE, "", "")
    finally:
        if child.returncode is None:  # only then is the number of its group sure to be its own
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def run_told(*argv: str, told: bytes, seconds: float, env: Mapping[str, str]) -> Ended:
    """Run a program that is told on its standard input what to do, and what only it may know.

    At the time limit, and when we are ended, it is killed: the exit code is LATE, and what it printed counts.
    """
    child = subprocess.Popen(
        ("setpriv", "--pdeathsig", "KILL", *argv),
        env={**os.environ, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        out, _ = child.communicate(told, timeout=seconds)
        return Ended(argv, child.returncode, out.decode(errors="replace"), "")
    except subprocess.TimeoutExpired as late:
        return Ended(argv, LATE, (late.output or b"").decode(errors="replace"), "")
    finally:
        child.kill()
        child.wait()


def start_detached(
    *argv: str, output: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> int:
    """Start a program that outlives us, in its own session, appending what it prints to `output`.

    Returns its process id. If we are a service of systemd, the program does not speak for it.
    """
    ours = {name: value for name, value in os.environ.items() if name not in A_SERVICE}
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("ab") as sink:
        started = subprocess.Popen(
            argv,
            cwd=cwd,
            env={**ours, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    return started.pid


Started = subprocess.Popen[str]


def start(*argv: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Started:
    """Start a program that is ours to end and whose standard output we read as it comes."""
    return subprocess.Popen(
        argv,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


Asked = subprocess.Popen[bytes]


def start_asked(*argv: str, env: Mapping[str, str], files: tuple[int, ...] = ()) -> Asked:
    """Start a program that answers on its standard output what it is asked on its standard input.

    It has the given open files, and is killed when we end, however we end.
    """
    return subprocess.Popen(
        ("setpriv", "--pdeathsig", "KILL", *argv),
        env={**os.environ, **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=files,
    )


def end_asked(child: Asked, grace_seconds: float) -> int:
    """Give it no more questions; end it when it has not ended by then. Returns its exit code."""
    for pipe in (child.stdin, child.stdout):
        with suppress(OSError):  # what it was asked last may still be in the pipe
            if pipe:
                pipe.close()
    try:
        return child.wait(timeout=grace_seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def found(program: str) -> bool:
    """Say whether a program is on PATH."""
    return shutil.which(program) is not None


def is_root() -> bool:
    """Say whether we are root."""
    return os.geteuid() == 0


def user_ids() -> tuple[int, int]:
    """Return our user id and group id."""
    return os.getuid(), os.getgid()


def environment(name: str) -> str:
    """Return an environment variable, or an empty string."""
    return os.environ.get(name, "")


def show(*argv: str) -> int:
    """Run a program to its end with our own terminal as its output. Returns its exit code."""
    return subprocess.run(argv, stdin=subprocess.DEVNULL, check=False).returncode


def start_dependent(*argv: str, output: Path) -> Started:
    """Start a program that is ended (TERM) when we end, however we end, and appends what it prints to a file.

    Where there is no setpriv, as on a Mac, one of us that is killed leaves it running.
    """
    tied = ("setpriv", "--pdeathsig", "TERM") if found("setpriv") else ()
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("ab") as sink:
        return subprocess.Popen(
            (*tied, *argv),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            text=True,
            start_new_session=True,
        )
