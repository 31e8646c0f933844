"""A host that the proxy answers for itself: every client in a box can be tried without a call leaving.

Turned to after the addons that refuse; what is asked of it is on record like any other call.
"""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

from network.hosts import plain
from record import calls

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow

HOST = "self-test.nab.example"
HERE = ("127.0.0.1", 9002)
GREETING = b"nab self-test\n"
PACKAGE, MODULE, VERSION = "nab-self-test", "nab_self_test", "1.0"
WHEEL = f"{MODULE}-{VERSION}-py3-none-any.whl"
LONGEST_HEAD, PIECE = 1 << 15, 1 << 16
Answer = tuple[int, str, bytes]


class SelfTest:
    """The addon that turns the self-test's calls to ourselves."""

    def requestheaders(self, flow: HTTPFlow) -> None:
        request = flow.request
        if not calls.is_denied(flow) and plain(request.host) == HOST:
            request.scheme = "http"
            request.host, request.port = HERE
            request.host_header = HOST


def answer(target: str) -> Answer:
    """Return status, content type and body: a greeting, an empty git repository, or a package."""
    path = target.partition("?")[0]
    pages = {
        "/": (200, "text/plain", GREETING),
        "/empty.git/info/refs": (200, "application/x-git-upload-pack-advertisement", empty_repository()),
        f"/simple/{PACKAGE}/": (200, "text/html", simple_index()),
        f"/simple/{WHEEL}": (200, "application/octet-stream", wheel()),
        f"/npm/{PACKAGE}": (200, "application/json", packument()),
    }
    return pages.get(path, (404, "text/plain", b"nothing here\n"))


def packet(line: str) -> bytes:
    """Write one of git's packets."""
    return f"{len(line) + 4:04x}{line}".encode()


def empty_repository() -> bytes:
    """Say as git's server does that a repository has no branches."""
    nothing = f"{'0' * 40} capabilities^{{}}\0object-format=sha1 agent=nab\n"
    return packet("# service=git-upload-pack\n") + b"0000" + packet(nothing) + b"0000"


def simple_index() -> bytes:
    """List the one file of the one package, as pip and uv read it."""
    return f'<!DOCTYPE html><html><body><a href="../{WHEEL}">{WHEEL}</a></body></html>'.encode()


def wheel() -> bytes:
    """Make an installable package with nothing in it."""
    folder = f"{MODULE}-{VERSION}.dist-info"
    files = {
        f"{MODULE}.py": "",
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {VERSION}\n",
        f"{folder}/WHEEL": "Wheel-Version: 1.0\nGenerator: nab\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{folder}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{folder}/RECORD"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()


def packument() -> bytes:
    """Say which versions of the package there are, as npm reads it."""
    dist = {"tarball": f"https://{HOST}/npm/{PACKAGE}.tgz", "shasum": "0" * 40}
    version = {"name": PACKAGE, "version": VERSION + ".0", "dist": dist}
    return json.dumps(
        {"name": PACKAGE, "dist-tags": {"latest": VERSION + ".0"}, "versions": {VERSION + ".0": version}}
    ).encode()


async def serve(address: tuple[str, int] = HERE) -> asyncio.Server:
    """Answer calls, one a connection; what is sent along is read and dropped."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            status, kind, body = answer(head.split(" ")[1])
            writer.write(
                f"HTTP/1.1 {status} nab\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n"
                "connection: close\r\n\r\n".encode()
                + (b"" if head.startswith("HEAD ") else body)
            )
            await writer.drain()
            writer.write_eof()
            while await reader.read(PIECE):
                pass
        with suppress(ConnectionError):
            writer.close()

    return await asyncio.start_server(connected, *address, limit=LONGEST_HEAD)
