"""What the ways have in common: plain sockets, TLS, and the proxy's own language."""

from __future__ import annotations

import selectors
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress

from ways_out import PATIENCE, Facts, Stopped

PROXY_PORT = 3128


def dial(host: str, port: int, patience: float = PATIENCE) -> socket.socket:
    """Connect, past all proxy variables."""
    return socket.create_connection((host, port), patience)


def say(connection: socket.socket, text: bytes) -> str:
    """Send something and return the beginning of the answer. Raises Stopped when none comes."""
    connection.settimeout(PATIENCE)
    connection.sendall(text)
    try:
        answer = connection.recv(4096)
    except TimeoutError:
        raise Stopped("no answer") from None
    if not answer:
        raise Stopped("hung up")
    return answer.decode("latin-1")


def page(answer: str) -> str:
    """Return an answer that came from the internet. Raises Stopped for one of the proxy's own."""
    if '"internet": true' not in answer and "fake internet" not in answer:
        raise Stopped(" ".join(answer.split())[:160])
    return answer


def get(host: str, path: str, *more: str) -> bytes:
    """Write a request by hand."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *more, "Connection: close", "", ""]
    return "\r\n".join(lines).encode()


def read_all(connection: socket.socket, text: bytes, answers: int = 1) -> str:
    """Send a request and return what comes until this many answers are there or the far side hangs up."""
    connection.settimeout(PATIENCE)
    connection.sendall(text)
    come = b""
    with suppress(TimeoutError, ConnectionError, ssl.SSLError):
        while piece := connection.recv(65536):
            come += piece
            if come.count(b'"internet": true') == answers:
                break
    return page(come.decode("latin-1"))


def tunnel(facts: Facts, target: str) -> socket.socket:
    """Ask the proxy for a tunnel. Raises Stopped with its answer when it gives none."""
    connection = dial(facts.proxy, PROXY_PORT)
    answer = say(connection, f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    if " 200 " not in answer.partition("\r\n")[0]:
        raise Stopped(answer.partition("\r\n")[0])
    return connection


def trusting(*protocols: str) -> ssl.SSLContext:
    """Return a context that trusts whatever comes: a program that wants out is not particular."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def greet(connection: socket.socket, name: str | None, *protocols: str) -> ssl.SSLSocket:
    """Begin TLS, with a name or with none."""
    connection.settimeout(PATIENCE)
    return trusting(*protocols).wrap_socket(connection, server_hostname=name)


def through(facts: Facts, target: str, request: bytes, name: str | None = None) -> str:
    """Make a call over TLS in a tunnel to host:port."""
    host = target.rpartition(":")[0]
    with greet(tunnel(facts, target), host if name is None else name or None) as secured:
        return read_all(secured, request)


def open_ports(places: Iterable[tuple[str, int]], patience: float = PATIENCE) -> list[str]:
    """Return which of these take a connection; all are tried at once."""
    waiting, found = selectors.DefaultSelector(), []
    for place in places:
        trial = socket.socket()
        trial.setblocking(False)
        if trial.connect_ex(place) in {0, 115}:
            waiting.register(trial, selectors.EVENT_WRITE, place)
        else:
            trial.close()
    while waiting.get_map() and (events := waiting.select(patience)):
        for key, _ in events:
            waiting.unregister(key.fileobj)
            with key.fileobj as trial:
                if trial.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                    found.append("{}:{}".format(*key.data))
    for key in list(waiting.get_map().values()):
        key.fileobj.close()
    return sorted(found)


def none_of(found: list[str]) -> str:
    """Say which were open, or raise Stopped."""
    if not found:
        raise Stopped("nothing answers")
    return " ".join(found)
