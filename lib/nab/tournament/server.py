"""Start the tournament and keep it going until it is told to stop."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import uvicorn

from nab.edges import clock
from nab.tournament import account, dataset, pace, sockets
from nab.tournament.app import application
from nab.tournament.blobs import Links, Shelves
from nab.tournament.engine import Clock, Tournament
from nab.tournament.live_files import LiveFiles
from nab.tournament.market import SIZES, Market
from nab.tournament.pace import Pace
from nab.tournament.visit import House

SECONDS_TO_FINISH_REQUESTS = 2
LONGEST_SECONDS_BETWEEN_STEPS = 0.25
UPLOAD_KINDS = ("submissions", "diagnostics")
STOPS = (signal.SIGTERM, signal.SIGINT)
Say = Callable[[str], None]


class WallClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return clock.now()


@dataclass(frozen=True)
class Options:
    """What a tournament is started with."""

    root: Path
    port: int
    pace: Pace
    size: str
    seed: int
    models: tuple[str, ...]


def serve(options: Options, time: Clock, say: Say) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises NabError where it cannot."""
    for number in STOPS:
        signal.signal(number, lambda *_: sys.exit(0))
    with ExitStack() as held:
        held.enter_context(sockets.only_one(options.root / "lock"))
        listening = [
            held.enter_context(sockets.tcp(options.port)),
            held.enter_context(sockets.unix(options.root / "api.sock")),
        ]
        house = furnish(options, time, say)
        house.tournament.advance(time.now())
        say(
            f"listening on http://{sockets.LOOPBACK}:{listening[0].getsockname()[1]} and {options.root / 'api.sock'}"
        )
        asyncio.run(run(house, listening, options.pace))
    say("stopped")


def furnish(options: Options, time: Clock, say: Say) -> House:
    """Make or find everything that the tournament keeps on disk."""
    market = Market(options.seed, SIZES[options.size])
    if not dataset.folder(options.root, market).is_dir():
        say(f"making the {options.size} dataset ...")
    begun = clock.monotonic()
    past = dataset.make(options.root, market)
    say(f"dataset {options.size} ready in {clock.monotonic() - begun:.1f} s: {past}")
    fresh = {name: options.root / name for name in ("live", "uploads")}
    for folder in fresh.values():
        shutil.rmtree(folder, ignore_errors=True)
    for kind in UPLOAD_KINDS:
        (fresh["uploads"] / kind).mkdir(parents=True)
    key = account.keep_key(options.root / "key.json")
    schedule = pace.keep_schedule(options.root / "schedule.json", options.pace, time.now())
    live_files = LiveFiles(fresh["live"], market)
    tournament = Tournament(
        clock=time,
        schedule=schedule,
        market=market,
        account=account.account(options.seed, key, options.models),
        live_files=live_files,
        say=say,
        first=schedule.newest(time.now()),
    )
    return House(tournament, Links(), Shelves(past, live_files, fresh["uploads"]))


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
    server = Server(config)
    loop = asyncio.get_running_loop()
    for number in STOPS:
        loop.add_signal_handler(number, server.stop)
    seconds = LONGEST_SECONDS_BETWEEN_STEPS
    if speed.preset == "fast":
        seconds = min(seconds, speed.scoring_day, speed.rounds_every / 4)
    steps = asyncio.create_task(keep_stepping(house, server, seconds))
    try:
        await server.serve(sockets=list(listening))
    finally:
        server.stop()
        await steps


class Server(uvicorn.Server):
    """uvicorn, with our signals: it would end the process by the signal, not with exit code 0."""

    @contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield

    def stop(self) -> None:
        """End the serving; a step that is being taken is finished."""
        self.should_exit = True


async def keep_stepping(house: House, server: Server, seconds: float) -> None:
    """Advance the tournament again and again; a step that fails stops the server with its trace."""
    try:
        while not server.should_exit:
            await asyncio.to_thread(step, house)
            await asyncio.sleep(seconds)
    finally:
        server.stop()


def step(house: House) -> None:
    """Bring the tournament up to the present, and run one waiting diagnostics job."""
    now = house.tournament.clock.now()
    house.tournament.advance(now)
    house.tournament.diagnostics.step(house.shelves.dataset, now)
