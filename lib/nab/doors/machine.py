"""What is so now: who holds a lock, which boxes the engine has. The engine's socket is asked, without its library."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import socket
from typing import Any
from urllib.parse import quote

from nab.doors.light import Unsure

SOCKET = "unix:///var/run/docker.sock"
SECONDS = 3.0


class Connection(http.client.HTTPConnection):
    """HTTP over the engine's UNIX socket."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        self.sock.connect(where().removeprefix("unix://"))


def where() -> str:
    """Return where the engine listens. Raises Unsure where that is no socket of this machine."""
    address = os.environ.get("DOCKER_HOST") or SOCKET
    if not address.startswith("unix://"):
        raise Unsure
    return address


def ask(path: str) -> Any:
    """GET something of the engine's API; None where it has no such thing. Raises Unsure where it does not answer."""
    connection = Connection("localhost")
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        raise Unsure from None
    finally:
        connection.close()
    if answer.status == http.client.NOT_FOUND:
        return None
    if answer.status != http.client.OK:
        raise Unsure
    return json.loads(body)


def boxes(*labels: str, ended: bool = False) -> list[dict[str, Any]]:
    """List the containers with these labels: those that run, or all of them."""
    wanted = quote(json.dumps({"label": labels}))
    found: list[dict[str, Any]] = ask(f"/containers/json?{'all=1&' if ended else ''}filters={wanted}")
    return found


def is_held(path: str) -> bool:
    """Say whether somebody holds a lock (`nab.edges.files.locks` tells more). Makes no file."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        if not os.path.samestat(os.lstat(path), os.fstat(file)):
            raise Unsure
        return False
    finally:
        os.close(file)
