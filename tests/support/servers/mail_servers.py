"""A mail server and a web server that keep what they are sent, for tests; they speak the real protocols."""

from __future__ import annotations

import json
import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mailbox(socketserver.ThreadingTCPServer):
    """SMTP as far as a client needs it. `refuses` makes it turn every message away."""

    daemon_threads = True

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__((host, 0), Conversation)
        self.messages: list[str] = []
        self.refuses = False


class Conversation(socketserver.StreamRequestHandler):
    server: Mailbox

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 test")
        while words := self.rfile.readline().decode().strip():
            match words.split(maxsplit=1)[0].upper():
                case "EHLO" | "HELO":
                    self.say("250 test")
                case "RCPT" if self.server.refuses:
                    self.say("550 no such user")
                case "DATA":
                    self.say("354 go on")
                    lines = []
                    while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                        lines.append(line)
                    self.server.messages.append("\n".join(lines))
                    self.say("250 kept")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 ok")


class Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refuses:
            self.send_response(500)
        else:
            self.server.paths.append(self.path)
            self.server.messages.append(json.loads(body))
            self.send_response(200)
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


@contextmanager
def serving(server):
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def mailbox(host="127.0.0.1"):
    return serving(Mailbox(host))


def webhook():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.messages, server.paths, server.refuses = [], [], False
    return serving(server)
