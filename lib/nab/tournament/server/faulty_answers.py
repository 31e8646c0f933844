"""How faults that are switched on look to a client: in front of an answer, behind it, in the storage."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from nab.tournament.play.faults import Faults

CUT_OFF = "ASGI callable returned without completing response"
LOOK_AGAIN_SECONDS = 0.2
PAGE = "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"


async def instead(faults: Faults, request: Request, operations: Sequence[str]) -> Response | None:
    """Return what is answered instead of an answer; nothing has been done yet."""
    address = request.client.host if request.client else "local"
    hanging = faults.strike("hanging", operations)
    if hanging is not None:
        await hang(request, hanging.number("seconds"))
        return JSONResponse({"errors": [{"message": "timeout"}]}, 504)
    if faults.over_budget(address, operations):
        return JSONResponse(
            {"errors": [{"message": "Too many requests"}]}, 429, headers={"Retry-After": "60"}
        )
    if faults.strike("html", operations):
        return HTMLResponse(PAGE)
    return None


async def hang(request: Request, seconds: float) -> None:
    """Wait, but not for a client that has left."""
    for _ in range(int(seconds / LOOK_AGAIN_SECONDS)):
        if await request.is_disconnected():
            return
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


def afterwards(faults: Faults, operations: Sequence[str]) -> Response | None:
    """Return what is answered although the work has been done."""
    if faults.strike("gateway-timeout", operations):
        return HTMLResponse("<html><body><h1>504 Gateway Time-out</h1></body></html>", 504)
    return None


def download(faults: Faults, request: Request, path: Path) -> Response:
    """Return a file, or what a bad connection leaves of it."""
    if "range" in request.headers and faults.strike("unresumable-download"):
        return Whole(path, media_type="binary/octet-stream")
    truncated = faults.strike("truncated-download") if request.method == "GET" else None
    if truncated is not None:
        return Truncated(path, truncated.number("share"))
    return FileResponse(path, media_type="binary/octet-stream")


class Whole(FileResponse):
    """A file whose Range is not looked at."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": headers}, receive, send)


class Truncated(Response):
    """The beginning of a file under the length of the whole; then the connection ends."""

    def __init__(self, path: Path, share: float) -> None:
        size = path.stat().st_size
        super().__init__(status_code=200, headers={"content-length": str(size)})
        with path.open("rb") as file:
            self.beginning = file.read(min(int(size * share), size - 1))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", self.headers["content-length"].encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.beginning, "more_body": True})


class NoWordOfThat(logging.Filter):
    """Keep uvicorn from calling an answer that a fault of ours has cut off an error of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        return CUT_OFF not in record.getMessage()
