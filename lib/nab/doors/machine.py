"""What is so now: who holds a lock, which boxes the engine has. The engine's socket is asked, without its library."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from typing import Any

from nab.doors.light import Unsure

SOCKET = "unix:///var/run/docker.sock"
SECONDS = 3.0
WINDOW_BYTES = 1 << 16
PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")  # in an address


def where() -> str:
    """Return where the engine listens. Raises Unsure where that is no socket of this machine."""
    address = os.environ.get("DOCKER_HOST") or SOCKET
    if not address.startswith("unix://"):
        raise Unsure
    return address


def ask(path: str) -> Any:
    """GET something of the engine's API; None where it has no such thing. Raises Unsure where it does not answer."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(SECONDS)
        try:
            line.connect(where().removeprefix("unix://"))
            line.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            answer = b"".join(iter(lambda: line.recv(WINDOW_BYTES), b""))
        except OSError:
            raise Unsure from None
    return read(answer)


def read(answer: bytes) -> Any:
    """Read an answer. One in HTTP/1.0 ends with its connection, so one that was cut short has too little."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *fields = head.split(b"\r\n")
    words = first.split(b" ")
    told = dict(field.lower().split(b": ", 1) for field in fields if b": " in field)
    if b"transfer-encoding" in told or int(told.get(b"content-length", len(body))) != len(body):
        raise Unsure
    if words[1:2] == [b"404"]:
        return None
    if words[1:2] != [b"200"]:
        raise Unsure
    return json.loads(body)


def quoted(text: str) -> str:
    """Write a text as a part of an address."""
    return "".join(chr(byte) if byte in PLAIN else f"%{byte:02X}" for byte in text.encode())


def boxes(*labels: str, ended: bool = False) -> list[dict[str, Any]]:
    """List the containers with these labels: those that run, or all of them."""
    wanted = quoted(json.dumps({"label": labels}))
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
