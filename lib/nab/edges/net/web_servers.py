"""uvicorn as our servers run it: a signal ends the serving, and the process then ends well."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from socket import socket

import uvicorn

STOPS = (signal.SIGTERM, signal.SIGINT)


def end_well_at_a_signal() -> None:
    """Leave with exit code 0 when a signal comes before there is anything to serve."""
    for number in STOPS:
        signal.signal(number, lambda *_: sys.exit(0))


class Server(uvicorn.Server):
    """uvicorn, with our signals: it would end the process by the signal, not with exit code 0."""

    @contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield

    def stop(self) -> None:
        """End the serving; what is being answered is finished."""
        self.should_exit = True

    async def serve_until_signalled(self, listening: Sequence[socket]) -> None:
        """Serve on these sockets until SIGTERM or Ctrl-C."""
        loop = asyncio.get_running_loop()
        for number in STOPS:
            loop.add_signal_handler(number, self.stop)
        await self.serve(sockets=list(listening))
