"""The servers that play Numerai and the models, for as long as somebody needs them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from nab.actions.bench import Bench
from nab.core.errors import FAILED, NabError
from nab.edges import clock, process
from nab.edges.host.progress import step
from nab.edges.kernel import cpu_times
from nab.edges.net import sockets
from nab.edges.numerai import api

PATIENCE_SECONDS = 60.0


@contextmanager
def tournament(bench: Bench, *pace: str) -> Iterator[None]:
    """Have the local tournament up; it ends with us, however we end."""
    with served(bench, "local tournament", bench.program("tournament.py", *pace), lambda: answers(bench)):
        yield


@contextmanager
def models(bench: Bench, *options: str) -> Iterator[None]:
    """Have the scripted models up; they end with us, however we end."""
    socket = bench.paths.models / "api.sock"
    argv = bench.program("models.py", *options)
    with served(bench, "scripted models", argv, lambda: sockets.answers(socket)):
        yield


@contextmanager
def served(bench: Bench, name: str, argv: tuple[str, ...], up: Callable[[], bool]) -> Iterator[None]:
    """Have a server up. Raises NabError when it does not come."""
    log = bench.paths.root / f"{name.rpartition(' ')[2]}.log"
    server = process.start_dependent(*argv, output=log)
    try:
        wait_for(name, server, log, up)
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def wait_for(name: str, server: process.Started, log: Path, up: Callable[[], bool]) -> None:
    """Wait until a server answers."""
    with step(name):
        patience = clock.Patience(PATIENCE_SECONDS, lambda: cpu_times.tenths_of_tree(server.pid))
        while not patience.lost:
            if server.poll() is not None:
                said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-2:]
                raise NabError(f"the {name} did not start: {' '.join(said)}", exit_code=FAILED)
            if up():
                return
            clock.pause(0.3)
        idle = f"the {name} has done nothing for {PATIENCE_SECONDS:.0f} s, and does not answer"
        raise NabError(idle, hint=f"see {log}", exit_code=FAILED)


def answers(bench: Bench) -> bool:
    """Say whether the tournament is up."""
    try:
        return requests.get(f"{api.address(bench.config)}/admin/health", timeout=2).ok
    except requests.RequestException:
        return False
