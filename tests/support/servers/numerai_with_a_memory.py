"""In Numerai's place: remembers all that it gets, whole or not."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from support.attacks import attacks
from support.servers.proxies import MINE, OTHER

UPLOAD = f"https://{attacks.UPLOADS}/upload?sig=1"
DIAGNOSED = f"https://{attacks.UPLOADS}/diagnosed?sig=2"
ANSWERS = {
    "diagnosticsU": {"diagnosticsUploadAuth": {"filename": "d-1.csv", "url": DIAGNOSED}},
    "models": {
        "account": {
            "models": [{"id": MINE.id, "nab_model": MINE.id}, {"id": OTHER.id, "nab_model": OTHER.id}]
        }
    },
    "pload": {"submissionUploadAuth": {"filename": "p-1.csv", "url": UPLOAD}},
    "createS": {"createSubmission": {"id": "5d0a0000-0000-4000-8000-000000000001"}},
}


class Numerai:
    """Remembers all that it gets, whole or not, and answers like Numerai."""

    def __init__(self, socket: Path) -> None:
        self.got: list[dict[str, Any]] = []
        every = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"]
        app = Starlette(routes=[Route("/{path:path}", self.answer, methods=every)])
        self.server = uvicorn.Server(uvicorn.Config(app, uds=str(socket), log_level="error"))
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    async def answer(self, request: Request) -> JSONResponse:
        call = {
            "method": request.method,
            "path": request.url.path,
            "headers": dict(request.headers),
            "body": b"",
        }
        self.got.append(call)
        try:
            async for piece in request.stream():
                call["body"] += piece
        except ClientDisconnect:
            call["broken"] = True
        asked = call["body"].decode(errors="replace")
        found = next(
            (answer for word, answer in ANSWERS.items() if word in asked), {"rounds": [{"number": 1}]}
        )
        return JSONResponse({"data": found}, headers={"set-cookie": "a=b"})

    def __enter__(self) -> Numerai:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)
