"""A fake internet in one program: any name leads here, everything that arrives is written down.

Usage: internet_server.py FOLDER ADDRESS. FOLDER receives ca.crt (what a caller of it must trust) and
received.jsonl. HTTP on 80 and 8080, HTTPS on 443 and 8443 with certificates made as they are asked for,
an echo on other TCP ports, a resolver on 53, and ears on some UDP ports.
"""

import base64
import hashlib
import json
import re
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

PIECE = bytes(1 << 20)
HTTP, HTTPS, ECHO, UDP = (80, 8080), (443, 8443), (21, 22, 25, 2222, 4444), (123, 443, 4444)
WRITTEN = re.compile(r"ip-(\d+)-(\d+)-(\d+)-(\d+)\.")
SOCKET_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
A, AAAA = 1, 28
LOOPBACK = {"loop6.": "::1", "mapped.": "::ffff:127.0.0.1", "local6.": "fe80::1"}


class Journal:
    """What arrived, a line each."""

    def __init__(self, file: Path) -> None:
        self.file, self.lock = file.open("a", buffering=1), threading.Lock()

    def note(self, kind: str, peer: str, **seen: object) -> None:
        with self.lock:
            self.file.write(json.dumps({"kind": kind, "from": peer, "time": time.time(), **seen}) + "\n")


class Certificates:
    """One authority, and a certificate for every name that a client asks for."""

    def __init__(self, folder: Path, private: Path) -> None:
        self.authority, self.private, self.made = folder / "ca.crt", private, {}
        self.lock = threading.Lock()
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.private / "key.pem")
        self.openssl(
            *("req", "-x509", "-new", "-key", self.private / "key.pem", "-days", "30"),
            *("-subj", "/CN=fake internet", "-out", self.authority),
        )

    @staticmethod
    def openssl(*words: object) -> None:
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

    def context(self, name: str) -> ssl.SSLContext:
        with self.lock:
            if name not in self.made:
                self.made[name] = self.make(name)
            return self.made[name]

    def make(self, name: str) -> ssl.SSLContext:
        key, asked = self.private / "key.pem", self.private / "asked.pem"
        extension, given = self.private / "extension", self.private / "given.pem"
        extension.write_text(f"subjectAltName=DNS:{name}")
        self.openssl("req", "-new", "-key", key, "-subj", "/CN=a host", "-out", asked)
        self.openssl(
            *("x509", "-req", "-in", asked, "-CA", self.authority, "-CAkey", key, "-CAcreateserial"),
            *("-days", "30", "-extfile", extension, "-out", given),
        )
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(given, key)
        return made

    def by_name(self, connection: ssl.SSLSocket, name: str | None, _default: ssl.SSLContext) -> None:
        connection.context = self.context(name or "nameless.example")


class Page(BaseHTTPRequestHandler):
    """Answers by the path: /bytes/N, /chunked/N, /sse/N, /say/WHAT, /upload, /ws; a greeting for everything else."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def answer(self) -> None:
        what, _, count = self.path.partition("?")[0].strip("/").partition("/")
        size = self.read_body()
        answers = {"bytes": self.give_bytes, "chunked": self.give_chunks, "sse": self.give_events}
        if what == "ws":
            sent = self.talk()
        elif what == "say":
            sent = self.say(json.loads(base64.urlsafe_b64decode(count)))
        elif what in answers and count.isdigit():
            sent = answers[what](int(count))
        else:
            sent = self.give(json.dumps({"internet": True, "size": size}).encode())
        self.server.journal.note(
            *("http", self.client_address[0]),
            scheme=self.server.scheme,
            port=self.server.server_address[1],
            host=self.headers.get("host", ""),
            method=self.command,
            path=self.path,
            headers=dict(self.headers),
            request_bytes=size,
            response_bytes=sent,
        )

    def __getattr__(self, name: str) -> Any:
        """Answer every method, known or not."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def read_body(self) -> int:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            size = 0
            while length := int(self.rfile.readline().partition(b";")[0], 16):
                size += len(self.rfile.read(length))
                self.rfile.readline()
            self.rfile.readline()
            return size
        left = size = int(self.headers.get("content-length") or 0)
        while left:
            left -= len(self.rfile.read(min(left, 1 << 20)) or bytes(left))
        return size

    def head(self, kind: str, **headers: object) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def give(self, body: bytes) -> int:
        self.head("application/json", content_length=len(body))
        self.wfile.write(body)
        return len(body)

    def give_bytes(self, count: int) -> int:
        self.head("application/octet-stream", content_length=count)
        self.wfile.flush()
        for _ in range(count // len(PIECE)):
            self.connection.sendall(PIECE)
        self.connection.sendall(PIECE[: count % len(PIECE)])
        return count

    def give_chunks(self, count: int) -> int:
        self.head("application/octet-stream", transfer_encoding="chunked")
        for _ in range(count):
            self.wfile.write(b"1000\r\n" + PIECE[:4096] + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")
        return count * 4096

    def give_events(self, count: int) -> int:
        self.head("text/event-stream", cache_control="no-cache", connection="close")
        self.close_connection = True
        for number in range(count):
            self.wfile.write(b"data: %d\n\n" % number)
            self.wfile.flush()
            time.sleep(0.05)
        return 0

    def say(self, told: dict[str, object]) -> int:
        """Answer as the path says: a content type, an encoding, pieces (base64) with pauses, and maybe no end."""
        pieces = [base64.b64decode(piece) for piece in told["pieces"]]
        more = {"content_encoding": told["encoding"]} if told.get("encoding") else {}
        self.head(told["type"], transfer_encoding="chunked", **more)
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
            time.sleep(told.get("pause", 0))
        self.wfile.write(b"" if told.get("cut") else b"0\r\n\r\n")
        self.close_connection = self.close_connection or bool(told.get("cut"))
        return sum(map(len, pieces))

    def talk(self) -> int:
        """Take up a WebSocket, send its first frame (a short one) back, and close."""
        key = self.headers.get("sec-websocket-key", "").encode()
        self.send_response(101)
        for name, value in (("upgrade", "websocket"), ("connection", "Upgrade")):
            self.send_header(name, value)
        accept = base64.b64encode(hashlib.sha1(key + SOCKET_KEY).digest()).decode()
        self.send_header("sec-websocket-accept", accept)
        self.end_headers()
        self.wfile.flush()
        length = self.rfile.read(2)[1] & 127
        mask, body = self.rfile.read(4), self.rfile.read(length)
        plain = bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))
        self.wfile.write(bytes([0x81, length]) + plain + b"\x88\x00")
        self.wfile.flush()
        self.close_connection = True
        return length

    def log_message(self, *_: object) -> None:
        """The journal says it all."""


class Server(socketserver.ThreadingTCPServer):
    """One port. With certificates it speaks TLS."""

    daemon_threads = allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, handler: type, journal: Journal, certificates: Certificates | None) -> None:
        super().__init__(("0.0.0.0", port), handler)
        self.journal, self.scheme, self.tls = journal, "http", None
        if certificates:
            self.scheme, self.tls = "https", certificates.context("nameless.example")
            self.tls.sni_callback = certificates.by_name

    def finish_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:
        self.journal.note("tcp", client_address[0], port=self.server_address[1])
        try:
            plain = self.tls.wrap_socket(request, server_side=True) if self.tls else request
            with plain:
                super().finish_request(plain, client_address)
                self.journal.note("closed", client_address[0], **counted(plain))
        except (OSError, ValueError) as error:
            self.journal.note("broken", client_address[0], port=self.server_address[1], why=str(error))


def counted(connection: socket.socket) -> dict[str, int]:
    """Return the bytes of a connection as the kernel counted them (struct tcp_info): TLS included."""
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    acknowledged, received = struct.unpack_from("QQ", told, 120)
    return {"sent": acknowledged, "received": received}


class Echo(socketserver.BaseRequestHandler):
    """Greets, and sends back what it is sent."""

    def handle(self) -> None:
        self.request.sendall(b"220 fake internet\r\n")
        while piece := self.request.recv(4096):
            self.server.journal.note("echo", self.client_address[0], text=piece[:80].decode("latin-1"))
            self.request.sendall(piece)


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


def main(folder: Path, address: str) -> None:
    journal = Journal(folder / "received.jsonl")
    private = Path("/tmp/keys")
    private.mkdir(mode=0o700)
    certificates = Certificates(folder, private)
    resolver = Resolver(address, journal)
    servers = [Server(port, Page, journal, None) for port in HTTP]
    servers += [Server(port, Page, journal, certificates) for port in HTTPS]
    servers += [Server(port, Echo, journal, None) for port in (*ECHO, 53)]
    jobs = [(server.serve_forever, ()) for server in servers]
    jobs += [(listen, (port, resolver, journal)) for port in (53, *UDP)]
    threads = [threading.Thread(target=job, args=told, daemon=True) for job, told in jobs]
    for thread in threads:
        thread.start()
    print("fake internet ready", flush=True)
    threads[0].join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
