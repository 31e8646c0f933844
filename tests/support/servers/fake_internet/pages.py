"""What the web servers of the internet answer."""

import base64
import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

PIECE = bytes(1 << 20)
ENCODED = {"gzip": gzip.compress, "deflate": zlib.compress, "br": lambda body: body}
DRESSED: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda body: body,
    "backwards": lambda body: body[::-1],
    "hex": lambda body: body.hex().encode(),
    "base64": base64.b64encode,
    "base64 after one": lambda body: base64.b64encode(b"x" + body),
    "base64 after two": lambda body: base64.urlsafe_b64encode(b"xx" + body),
    "escapes": lambda body: "".join(f"\\u{byte:04x}" for byte in body).encode(),
    "percent": lambda body: "".join(f"%{byte:02X}" for byte in body).encode(),
}
SOCKET_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Page(BaseHTTPRequestHandler):
    """Answers by the path: /bytes/N, /chunked/N, /sse/N, /say/WHAT, /upload, /ws/N; a greeting for everything else.

    A page that was laid into the folder pages/HOST/PATH goes before the greeting, as HTML. With a header x-echo every
    path gives back the head of its call, dressed or encoded as that says.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def answer(self) -> None:
        what, _, count = self.path.partition("?")[0].strip("/").partition("/")
        size = self.read_body()
        answers = {"bytes": self.give_bytes, "chunked": self.give_chunks, "sse": self.give_events}
        if "x-echo" in self.headers:
            sent = self.echo(self.headers["x-echo"])
        elif what == "ws":
            sent = self.talk(int(count) if count.isdigit() else 1)
        elif what == "say":
            sent = self.say(json.loads(base64.urlsafe_b64decode(count)))
        elif what in answers and count.isdigit():
            sent = answers[what](int(count))
        elif (page := self.laid()).is_file():
            sent = self.give(page.read_bytes(), "text/html; charset=utf-8")
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

    def laid(self) -> Path:
        """Return where a page for this call would lie."""
        host = self.headers.get("host", "nameless").partition(":")[0]
        return self.server.journal.folder / "pages" / host / self.path.partition("?")[0].strip("/")

    def give(self, body: bytes, kind: str = "application/json") -> int:
        self.head(kind, content_length=len(body))
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

    def echo(self, how: str) -> int:
        """Give back the head of the call, in chunks that end anywhere."""
        body = json.dumps(dict(self.headers)).encode()
        more = {"content_encoding": how} if how in ENCODED else {}
        body = (ENCODED | DRESSED)[how](body)
        self.head(
            "application/json", transfer_encoding="chunked", x_echoed=self.headers.get("x-api-key"), **more
        )
        for at in range(0, len(body), 23):
            piece = body[at : at + 23]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")
        return len(body)

    def talk(self, frames: int) -> int:
        """Take up a WebSocket, send its first frames (short ones) back, and close."""
        key = self.headers.get("sec-websocket-key", "").encode()
        self.send_response(101)
        for name, value in (("upgrade", "websocket"), ("connection", "Upgrade")):
            self.send_header(name, value)
        accept = base64.b64encode(hashlib.sha1(key + SOCKET_KEY).digest()).decode()
        self.send_header("sec-websocket-accept", accept)
        self.end_headers()
        self.wfile.flush()
        sent = sum(self.echo_frame() for _ in range(frames))
        self.wfile.write(b"\x88\x00")
        self.wfile.flush()
        self.close_connection = True
        return sent

    def echo_frame(self) -> int:
        """Send one frame of a WebSocket back."""
        length = self.rfile.read(2)[1] & 127
        mask, body = self.rfile.read(4), self.rfile.read(length)
        self.wfile.write(bytes([0x81, length]) + bytes(byte ^ mask[at % 4] for at, byte in enumerate(body)))
        self.wfile.flush()
        return length

    def log_message(self, *_: object) -> None:
        """The journal says it all."""
