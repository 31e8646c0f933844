"""The resolver of the internet, and its ears for other UDP."""

import re
import socket

from journal import Journal

WRITTEN = re.compile(r"ip-(\d+)-(\d+)-(\d+)-(\d+)\.")
A, AAAA = 1, 28
LOOPBACK = {"loop6.": "::1", "mapped.": "::ffff:127.0.0.1", "local6.": "fe80::1"}


class Resolver:
    """Every name is this machine's, but for those that are made to trick a proxy."""

    def __init__(self, address: str, journal: Journal) -> None:
        self.address, self.journal, self.asked = address, journal, {}

    def reply(self, query: bytes, peer: str) -> bytes:
        """Answer one query."""
        name, end = read_name(query, 12)
        kind = int.from_bytes(query[end : end + 2], "big")
        self.journal.note("dns", peer, name=name, type=kind)
        found = self.find(name, kind)
        counts = (1).to_bytes(2, "big") + len(found).to_bytes(2, "big") + bytes(4)
        records = [
            b"\xc0\x0c" + kind.to_bytes(2, "big") + b"\x00\x01" + bytes(4) + len(a).to_bytes(2, "big") + a
            for a in found
        ]
        return query[:2] + b"\x81\x80" + counts + query[12 : end + 4] + b"".join(records)

    def find(self, name: str, kind: int) -> list[bytes]:
        if kind == AAAA:
            return [socket.inet_pton(socket.AF_INET6, LOOPBACK[k]) for k in LOOPBACK if name.startswith(k)]
        if kind != A or name.startswith(tuple(LOOPBACK)):
            return []
        if written := WRITTEN.match(name):
            return [bytes(int(part) % 256 for part in written.groups())]
        if name.startswith("flip."):
            self.asked[name] = self.asked.get(name, 0) + 1
            return [socket.inet_aton("127.0.0.1" if self.asked[name] % 2 == 0 else self.address)]
        return [socket.inet_aton(self.address)]


def read_name(query: bytes, place: int) -> tuple[str, int]:
    """Read a name out of a query. Returns it and where it ends."""
    labels = []
    while length := query[place]:
        labels.append(query[place + 1 : place + 1 + length].decode("latin-1"))
        place += length + 1
    return ".".join(labels).lower(), place + 1


def listen(port: int, resolver: Resolver, journal: Journal) -> None:
    """Answer (on 53) or only write down what comes by UDP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("0.0.0.0", port))
        while True:
            piece, peer = ear.recvfrom(4096)
            if port == 53:
                ear.sendto(resolver.reply(piece, peer[0]), peer)
            else:
                journal.note("udp", peer[0], port=port, text=piece[:80].decode("latin-1"))
                ear.sendto(b"fake internet", peer)
