"""An engine's socket that tells of given containers: what it says is all that a door asks of it."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any


def container(name: str, status: str, labels: dict[str, str]) -> dict[str, Any]:
    """Return a container as the engine inspects it."""
    state = {"Status": status, "StartedAt": "2026-05-16T12:00:00.123456789Z", "ExitCode": 0}
    state["FinishedAt"] = "0001-01-01T00:00:00Z"
    identity = name.encode().hex().ljust(64, "0")
    return {"Id": identity, "Name": f"/{name}", "State": state, "Config": {"Labels": labels}}


def listed(one: dict[str, Any]) -> dict[str, Any]:
    """Return it as the engine lists it."""
    return {
        "Id": one["Id"],
        "Names": [one["Name"]],
        "State": one["State"]["Status"],
        "Status": "Up 2 hours" + (" (Paused)" if one["State"]["Status"] == "paused" else ""),
        "Labels": one["Config"]["Labels"],
    }


@contextmanager
def quiet_engine(folder: Path, *containers: dict[str, Any]) -> Iterator[str]:
    """Serve them; yields what DOCKER_HOST has to say."""
    answers: dict[str, Any] = {
        "/info": {"DockerRootDir": "/"},
        "/version": {"ApiVersion": "1.41", "Version": "20.10"},
        "/containers/json": [listed(one) for one in containers],
    }
    for one in containers:
        answers |= {f"/containers/{key}/json": one for key in (one["Id"], one["Name"].lstrip("/"))}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = re.sub(r"^/v[\d.]+", "", self.path).partition("?")[0]
            found = answers.get(path)
            body = json.dumps({"message": "there is none"} if found is None else found).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

        def address_string(self) -> str:
            return "a door"

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    path = folder / "engine.sock"
    with Server(str(path), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"unix://{path}"
        server.shutdown()
