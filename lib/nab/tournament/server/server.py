"""Start the tournament and keep it going until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from contextlib import ExitStack

import uvicorn

from nab.edges.net import sockets
from nab.edges.net.web_servers import Server, end_well_at_a_signal
from nab.tournament.play import account, furnish, steps
from nab.tournament.play.options import Options, Say
from nab.tournament.play.visit import House
from nab.tournament.rounds.pace import Pace
from nab.tournament.server import faulty_answers
from nab.tournament.server.app import application

SECONDS_TO_FINISH_REQUESTS = 2
LONGEST_SECONDS_BETWEEN_STEPS = 0.25


def serve(options: Options, say: Say) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises NabError where it cannot."""
    end_well_at_a_signal()
    with ExitStack() as held:
        held.enter_context(sockets.only_one(options.root / "lock"))
        listening = [
            held.enter_context(sockets.tcp(options.port)),
            held.enter_context(sockets.unix(options.root / "api.sock")),
        ]
        house = furnish.house(options, say)
        held.callback(house.tournament.store.close)
        steps.step(house)
        url = f"http://{sockets.LOOPBACK}:{listening[0].getsockname()[1]}"
        (options.root / "address").write_text(url, encoding="ascii")
        held.callback((options.root / "address").unlink, missing_ok=True)
        say(
            f"listening on {url} and {options.root / 'api.sock'}; the key is in {options.root / account.KEY_FILE}"
        )
        asyncio.run(run(house, listening, options.pace))
    say("stopped")


async def run(house: House, listening: Sequence[socket.socket], speed: Pace) -> None:
    """Answer requests and take the tournament's steps, until a signal comes."""
    config = uvicorn.Config(
        application(house),
        log_level="warning",
        access_log=False,
        date_header=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=SECONDS_TO_FINISH_REQUESTS,
    )
    logging.getLogger("uvicorn.error").addFilter(faulty_answers.NoWordOfThat())
    server = Server(config)
    seconds = LONGEST_SECONDS_BETWEEN_STEPS
    if speed.preset == "fast":
        seconds = min(seconds, speed.scoring_day, speed.rounds_every / 4)
    steps = asyncio.create_task(keep_stepping(house, server, seconds))
    try:
        await server.serve_until_signalled(listening)
    finally:
        server.stop()
        await steps


async def keep_stepping(house: House, server: Server, seconds: float) -> None:
    """Advance the tournament again and again; a step that fails stops the server with its trace."""
    try:
        while not server.should_exit:
            await asyncio.to_thread(steps.step, house)
            await asyncio.sleep(seconds)
    finally:
        server.stop()
