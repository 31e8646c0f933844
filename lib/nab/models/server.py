"""Start the scripted models and keep them going until they are told to stop."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from nab.core.errors import NabError
from nab.edges.net import sockets
from nab.edges.net.web_servers import Server, end_well_at_a_signal
from nab.models import scenarios
from nab.models.app import application
from nab.models.ledger import Ledger
from nab.models.providers import Name
from nab.models.visits import House

SECONDS_TO_FINISH_REQUESTS = 2


@dataclass(frozen=True)
class Options:
    """What the server is started with; without a port it listens on its unix socket only."""

    root: Path
    port: int | None = None
    scenario: str = "submit"
    keys: Mapping[str, str] = field(default_factory=dict)


def serve(options: Options, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises NabError where it cannot."""
    scenarios.parse(options.scenario)
    end_well_at_a_signal()
    with ExitStack() as held:
        held.enter_context(sockets.only_one(options.root / "lock", "a model server"))
        listening = [held.enter_context(sockets.unix(options.root / "api.sock"))]
        where = [str(options.root / "api.sock")]
        if options.port is not None:
            listening.append(held.enter_context(sockets.tcp(options.port)))
            where.insert(0, f"http://{sockets.LOOPBACK}:{listening[-1].getsockname()[1]}")
        house = House(Ledger(options.root / "ledger.jsonl"), options.scenario, options.keys, say)
        say(f"listening on {' and '.join(where)}")
        asyncio.run(run(house, listening))
    say("stopped")


def keys(pairs: Sequence[str]) -> dict[str, str]:
    """Return the keys of provider=value."""
    found = {}
    for pair in pairs:
        provider, equals, value = pair.partition("=")
        if provider not in list(Name) or not equals or not value:
            raise NabError(f"{pair!r} is no key", hint=f"PROVIDER=VALUE, PROVIDER one of {', '.join(Name)}")
        found[provider] = value
    return found


async def run(house: House, listening: Sequence[socket.socket]) -> None:
    """Answer requests until a signal comes."""
    config = uvicorn.Config(
        application(house),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=SECONDS_TO_FINISH_REQUESTS,
    )
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.getMessage() not in MEANT)
    server = Server(config)
    await server.serve_until_signalled(listening)


# What the web server says of a stream that is cut on purpose, and of a WebSocket that is declined.
MEANT = {
    "ASGI callable returned without completing response.",
    "Unsupported upgrade request.",
    "No supported WebSocket library detected. Please use \"pip install 'uvicorn[standard]'\", "
    "or install 'websockets' or 'wsproto' manually.",
}
