"""Sending a turn: frame by frame, in its time, and knowing what was sent when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from nab.models.turns import Frame, Manner, Usage


@dataclass
class Sent:
    """How far a stream came."""

    size: int = 0
    usage: Usage = field(default_factory=Usage)
    finished: bool = False


class Stream(Response):
    """An answer that is written as the manner says; whoever asked is told at its end, however it ends."""

    def __init__(
        self, frames: Sequence[Frame], manner: Manner, media_type: str, ended: Callable[[Sent], None]
    ) -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self.frames = frames
        self.manner = manner
        self.ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = Sent()
        leaving = asyncio.create_task(left(receive))
        try:
            await self.play(send, sent, leaving)
        finally:
            leaving.cancel()
            self.ended(sent)

    async def play(self, send: Send, sent: Sent, leaving: asyncio.Task[None]) -> None:
        """Send all of it, or a part: then the server closes the connection, and the client misses the end."""
        cut = self.manner.cut_after
        due = self.frames if cut is None else self.frames[: max(1, int(len(self.frames) * cut))]
        if await gone(leaving, self.manner.silent):
            return
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        for frame in due:
            await send({"type": "http.response.body", "body": frame.content, "more_body": True})
            sent.size += len(frame.content)
            sent.usage = frame.usage
            if await gone(leaving, self.manner.seconds / len(self.frames)):
                return
        if cut is None:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            sent.finished = True


async def left(receive: Receive) -> None:
    """Return when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def gone(leaving: asyncio.Task[None], seconds: float) -> bool:
    """Wait, and say whether the client left meanwhile."""
    done, _ = await asyncio.wait({leaving}, timeout=seconds)
    return bool(done)
