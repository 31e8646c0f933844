"""A folder of files served on this machine, with the headers that its host would send."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, tells nobody, and keeps nothing in a cache."""

    headers_sent: Mapping[str, str] = {}

    def end_headers(self) -> None:
        """Send the headers of the site."""
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def list_directory(self, path: object) -> None:
        """List no folder."""
        self.send_error(404)


def serving(folder: Path, port: int, headers: Mapping[str, str]) -> ThreadingHTTPServer:
    """Serve a folder on this machine alone, in a thread of its own; port 0 is any that is free."""
    handler = type("Handler", (Quiet,), {"headers_sent": dict(headers)})
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    return server
