"""Runs in the client's box: sends raw calls one after the other, and prints what came back as JSON.

Usage: raw_calls.py FILE. The file is a JSON list of {name, raw (base64), via, to}.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import sys
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

SECONDS = 5


def connect(via: str, to: str) -> socket.socket:
    """Open the connection that a call is sent on."""
    port = {"tls": 443, "plain": 80}.get(via, 3128)
    made = socket.create_connection((proxy(), port), SECONDS)
    if via == "connect":
        made.sendall(f"CONNECT {to} HTTP/1.1\r\nhost: {to}\r\n\r\n".encode())
        head = made.recv(4096)
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise ConnectionRefusedError(head.decode("latin-1"))
    if via in {"tls", "connect"}:
        context = ssl.create_default_context()
        context.check_hostname = False
        made = context.wrap_socket(made, server_hostname=to.rpartition(":")[0] or to)
    return made


@lru_cache(maxsize=1)
def proxy() -> str:
    """Return the proxy's address; on a busy machine its answer may come too late."""
    while True:
        with suppress(socket.gaierror):
            return socket.gethostbyname("proxy")


def tried(call: dict[str, str]) -> str:
    """Send one call and return what came back."""
    raw = base64.b64decode(call["raw"])
    if call["via"] == "tunnel":
        raw = f"CONNECT {call['to']} HTTP/1.1\r\nhost: {call['to']}\r\n\r\n".encode()
    try:
        with connect(call["via"], call["to"]) as made:
            made.settimeout(SECONDS)
            return exchanged(made, raw)
    except OSError as error:
        return f"error: {error}"


def exchanged(made: socket.socket, raw: bytes) -> str:
    """Send everything, then read one answer."""
    answer = b""
    with suppress(OSError):  # refused before it was whole: the answer is there to be read
        made.sendall(raw)
    try:
        while not is_whole(answer) and (piece := made.recv(65536)):
            answer += piece
    except OSError as error:
        answer += f"\nerror: {error}".encode()
    return answer.decode("latin-1")


def is_whole(answer: bytes) -> bool:
    """Say whether an answer with a length has all of it."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n") if gap else ():
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.partition(b":")[2])
    return False


def main(file: str) -> None:
    calls = json.loads(Path(file).read_text(encoding="ascii"))
    found = []
    for call in calls:
        began = time.time()
        answer = tried(call)
        found.append({"name": call["name"], "began": began, "ended": time.time(), "answer": answer[:2000]})
        time.sleep(0.005)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
