"""Git hosts for tests: one over ssh in a container, one over https on this machine."""

from __future__ import annotations

import base64
import hashlib
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from nab.edges.docker import build_context, image_builds
from nab.edges.docker.build_context import Recipe
from support.engines import engines
from support.worlds.world import free_port

RECIPE = Path(__file__).with_name("git_server_image")
PARENT = "nab/base"
REPOSITORY = "/srv/state.git"


def image_or_skip() -> str:
    """Return the name of the image of the ssh host, building it unless it is there."""
    client = engines.engine_or_skip()
    parent = image_builds.image_id(client, engines.image_or_skip(PARENT)) or ""
    files = build_context.folder(RECIPE)
    state = hashlib.sha256(
        (parent + str(sorted((name, file.content) for name, file in files.items()))).encode()
    )
    name = f"nab-test/git-server:{state.hexdigest()[:12]}"
    if not image_builds.image_id(client, name):
        for event in image_builds.start(client, Recipe(name, files, parent, {"PARENT": PARENT})):
            if "error" in event:
                engines.missing(f"the image of a git host cannot be built here: {event['error']}")
    return name


def key_pair(folder: Path, name: str = "deploy") -> tuple[str, str]:
    """Make a key as an operator does, and return its two halves."""
    file = folder / name
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", str(file)], check=True
    )
    halves = file.read_text(), file.with_suffix(".pub").read_text()
    file.unlink()
    return halves


class SshHost:
    """A git host in a container, with a deploy key for one repository."""

    def __init__(self, folder: Path) -> None:
        self.deploy_key, public = key_pair(folder)
        self.port = free_port()
        self.container = engines.engine_or_skip().containers.run(
            image_or_skip(),
            detach=True,
            environment={"AUTHORIZED": public.strip()},
            ports={"22/tcp": ("127.0.0.1", self.port)},
            labels={"nab.test": "git-server"},
        )
        self.address = f"ssh://git@127.0.0.1:{self.port}{REPOSITORY}"
        self.wait()
        host_key = " ".join(self.run("cat", "/etc/ssh/ssh_host_ed25519_key.pub").split()[:2])
        self.known_hosts = f"[127.0.0.1]:{self.port} {host_key}"

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + 30
        while "Server listening" not in self.container.logs(tail=5).decode():
            assert time.monotonic() < deadline, self.container.logs().decode()
            time.sleep(0.1)

    def run(self, *words: str) -> str:
        """Run a program in it as root."""
        done = self.container.exec_run(list(words))
        assert done.exit_code == 0, done.output
        return done.output.decode("utf-8", "surrogateescape")

    def fetch(self, folder: Path) -> Path:
        """Copy the repository out of it."""
        with (folder / "host.tar").open("wb") as file:
            for chunk in self.container.get_archive(REPOSITORY)[0]:
                file.write(chunk)
        subprocess.run(["tar", "-xf", "host.tar", "--no-same-owner"], cwd=folder, check=True)
        (folder / "host.tar").unlink()
        return folder / "state.git"

    def stop(self) -> None:
        self.container.stop(timeout=1)

    def start(self) -> None:
        self.container.start()
        time.sleep(0.2)
        self.wait()

    def close(self) -> None:
        self.container.remove(force=True, v=True)


class HttpsHost:
    """A git host over https on this machine: `git http-backend` behind TLS and a token."""

    def __init__(self, folder: Path, token: str) -> None:
        self.repository = folder / "state.git"
        subprocess.run(["git", "init", "--quiet", "--bare", str(self.repository)], check=True)
        for key, value in {"http.receivepack": "true", "receive.denyNonFastForwards": "true"}.items():
            subprocess.run(["git", "-C", str(self.repository), "config", key, value], check=True)
        self.certificate = folder / "host.crt"
        words = [
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=git host of a test",
        ]
        files = ["-keyout", str(folder / "host.key"), "-out", str(self.certificate)]
        subprocess.run(
            ["openssl", *words, "-addext", "subjectAltName=IP:127.0.0.1", *files],
            check=True,
            capture_output=True,
        )
        self.asked: list[tuple[str, str]] = []
        self.expected = "Basic " + base64.b64encode(f"x-access-token:{token}".encode()).decode()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (GitHandler,), {"host": self}))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, folder / "host.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"https://127.0.0.1:{self.server.server_port}/state.git"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class GitHandler(BaseHTTPRequestHandler):
    """Answers with git's own program for web servers, to those who have the token."""

    protocol_version = "HTTP/1.1"
    host: HttpsHost

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            self.answer(b"".join(self.chunks()))
        else:
            self.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().strip() or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def answer(self, body: bytes) -> None:
        given = self.headers.get("Authorization", "")
        self.host.asked.append((self.path, given))
        if given != self.host.expected:
            return self.send(401, [("WWW-Authenticate", 'Basic realm="git"')], b"")
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=self.environment(body), capture_output=True, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = [line.partition(": ")[::2] for line in head.decode().splitlines()]
        status = next((int(value.split()[0]) for name, value in fields if name == "Status"), 200)
        return self.send(status, [field for field in fields if field[0] != "Status"], content)

    def environment(self, body: bytes) -> dict[str, str]:
        path, _, query = self.path.partition("?")
        return {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.host.repository.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "REMOTE_USER": "x",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }

    def send(self, status: int, fields: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass
