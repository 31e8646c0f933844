"""Where the server listens: a TCP port for this machine and a unix socket for boxes."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import Timeout, UnixFileLock

from nab.core.errors import BUSY, NabError

LONGEST_SOCKET_PATH = 107
FOR_EVERY_USER = 0o666
LOOPBACK = "127.0.0.1"


@contextmanager
def only_one(lock_file: Path, server: str = "a tournament") -> Iterator[None]:
    """Hold the lock of a state folder for as long as its server runs."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = UnixFileLock(lock_file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise NabError(
            f"{server} runs already on {lock_file.parent}",
            hint="stop that one first, or use another --state",
            exit_code=BUSY,
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def tcp(port: int) -> Iterator[socket.socket]:
    """Listen on a port of this machine."""
    # With the protocol named, asyncio sets TCP_NODELAY; without it each answer waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise NabError(
                f"port {port} cannot be had: {error.strerror}",
                hint="set tournament.local_port in nab.toml, or use --port, or stop what listens there",
            ) from None
        listening.listen()
        yield listening


def answers(path: Path) -> bool:
    """Say whether somebody takes connections on a unix socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(2)
        try:
            caller.connect(str(path))
        except OSError:
            return False
    return True


@contextmanager
def unix(path: Path) -> Iterator[socket.socket]:
    """Listen on a unix socket that every user may connect to; one left behind is replaced."""
    path = path.absolute()
    if len(str(path).encode()) > LONGEST_SOCKET_PATH:
        raise NabError(
            f"{path} is too long for a unix socket ({LONGEST_SOCKET_PATH} characters at most)",
            hint="use a --state folder nearer to the root",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with listening:
        listening.bind(str(path))
        try:
            path.chmod(FOR_EVERY_USER)
            listening.listen()
            yield listening
        finally:
            path.unlink(missing_ok=True)
