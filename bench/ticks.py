"""What a tick costs with many entrants and a long history, how much it asks, and what all outcomes cost anew."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
os.environ["DOCKER_HOST"] = "unix:///nonexistent/docker.sock"  # no box is looked at

from nab.actions.bench import Bench
from nab.actions.windows import tick
from nab.config import Config
from nab.core.facts import EntrantEnrolled, Poll, RoundSeen, SubmissionSeen, Tick
from nab.core.levels import Level
from nab.core.log.events import Draft
from nab.core.overview import overview
from nab.core.text import times
from support.records.histories import History, Shape
from support.repository.benches import bench_on

SETTINGS = '[tournament]\nlocal_port = {port}\n[[entrants]]\nagent = "random"\nlevel = "L3"\nmodel = "m"\n'
RUNS = 5
NOW = datetime.now(UTC).replace(microsecond=0)
OPEN, CLOSED = timedelta(minutes=5), timedelta(hours=-20)


class Answers(BaseHTTPRequestHandler):
    """Numerai, which answers at once: one round, and a submission of every model."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["query"]
        self.server.asked += 1
        content = json.dumps({"data": self.server.rounds if "rounds" in question else self.server.account})
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_: object) -> None:
        pass


def serve(entrants: int, opened: timedelta) -> ThreadingHTTPServer:
    """Serve a round that opened so long ago; it is open for an hour."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    opens, closes = NOW - opened, NOW - opened + timedelta(hours=1)
    server.asked = 0
    server.rounds = {
        "rounds": [{"number": 9000, "openTime": times.text(opens), "closeStakingTime": times.text(closes)}]
    }
    latest = [{"id": "s", "roundNumber": 9000, "status": "on-time", "timestamp": times.text(opens)}]
    models = [{"id": f"id-{i}", "name": f"m{i}", "latestSubmissions": latest} for i in range(entrants)]
    server.account = {"account": {"models": models}}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def drafts(entrants: int, rounds: int, ticks: int) -> list[Draft]:
    """Make the history: entrants that were enrolled long ago, rounds with ticks, and an answer after each close."""
    began = NOW - timedelta(days=2 * rounds + 30)
    made = [
        Draft(
            fact=EntrantEnrolled(agent="random", level=Level.L3, model=f"m{i}", model_id=f"id-{i}"),
            entrant=f"e{i}-l3", run=f"run-{i}", valid=began,
        )
        for i in range(entrants)
    ]  # fmt: skip
    decisions = {f"e{i}-l3": ("wait", "the window is closed") for i in range(entrants)}
    for number in range(rounds):
        opens = began + timedelta(days=2 * number + 1)
        closes = opens + timedelta(hours=1)
        seen = RoundSeen(opens=times.text(opens), closes_staking=times.text(closes))
        made.append(Draft(fact=seen, round=number, valid=opens))
        for nth in range(ticks):
            at = opens + nth * timedelta(hours=1) / max(ticks, 1)
            made.append(Draft(fact=Tick(window="open", decisions=decisions), round=number, valid=at))
        for i in range(entrants):
            who = f"e{i}-l3"
            if i % 2:
                listed = SubmissionSeen(
                    submission=f"s{number}-{i}",
                    status="on-time",
                    selected=True,
                    inserted_at=times.text(opens),
                )
                made.append(Draft(fact=listed, entrant=who, round=number, valid=opens))
            made.append(Draft(fact=Poll(ok=True), entrant=who, valid=closes + timedelta(hours=1)))
    return made


def bench_with(folder: Path, server: ThreadingHTTPServer, history: list[Draft]) -> Bench:
    bench = bench_on(folder, SETTINGS.format(port=server.server_port))
    key = bench.paths.tournament / "key.json"
    key.parent.mkdir(parents=True)
    key.write_text('{"public_id": "A", "secret_key": "B"}')
    key.chmod(0o600)
    bench.log.append_all(history)
    return bench


def ticks(entrants: int, rounds: int, opened: timedelta) -> None:
    """Measure ticks as a timer starts them: each reads the log from its beginning."""
    server = serve(entrants, opened)
    with tempfile.TemporaryDirectory() as folder:
        bench = bench_with(Path(folder), server, drafts(entrants, rounds, 2))
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - what a tick says of the engine is no figure
            told, sys.stderr = sys.stderr, nowhere
            seconds = [measured(Bench(bench.config, "bench", recent=True)) for _ in range(RUNS)]
            sys.stderr = told
        events = bench.log.last_seq
    asked = server.asked / RUNS
    server.shutdown()
    window = "open" if opened == OPEN else "closed"
    first, later = seconds[0], statistics.median(seconds[1:])
    print(
        f"{entrants:>5} entrants, {events:>7,} events, window {window:6}   first {first:5.2f} s, then {later:5.2f} s,"
        f" {asked:.0f} questions"
    )


def measured(bench: Bench) -> float:
    began = time.perf_counter()
    tick.tick(bench)
    return time.perf_counter() - began


def months(days: int) -> None:
    """Measure a tick after months of fourteen entrants, with a checkpoint and without one."""
    server = serve(1, CLOSED)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        bench = bench_with(Path(folder), server, [])
        count = History(Shape(days=days, began=NOW.replace(hour=6) - timedelta(days=days + 1))).write(
            bench.paths.events
        )
        whole, much = fresh_tick(bench.config, recent=False)
        fresh_tick(bench.config, recent=True)  # writes the checkpoint
        found = [fresh_tick(bench.config, recent=True) for _ in range(RUNS)]
    server.shutdown()
    seconds, memory = statistics.median(one for one, _ in found), max(one for _, one in found)
    print(
        f"{days:>4} days of 14 entrants, {count:>9,} events   a tick {seconds:5.2f} s, {memory:,.0f} MiB;"
        f" without a checkpoint {whole:5.2f} s ({whole / seconds:.0f} times as much), {much:,.0f} MiB"
    )


def fresh_tick(config: Config, *, recent: bool) -> tuple[float, float]:
    """Do a tick in a process of its own, as a timer does. Returns its seconds, and its memory (MiB)."""
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(alone, config, recent=recent).result()


def alone(config: Config, *, recent: bool) -> tuple[float, float]:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    return measured(Bench(config, "bench", recent=recent)), getrusage(RUSAGE_SELF).ru_maxrss / 1024


def outcomes() -> None:
    """Measure all outcomes anew, from events that are read already."""
    server = serve(1, CLOSED)
    with tempfile.TemporaryDirectory() as folder:
        bench = bench_with(Path(folder), server, drafts(100, 100, 12))
        began = time.perf_counter()
        events = bench.log.events()
        read = time.perf_counter() - began
    server.shutdown()
    found, rows = [], 0
    for _ in range(RUNS):
        began = time.perf_counter()
        rows = len(overview.standings(events).rows)
        found.append(time.perf_counter() - began)
    print(
        f"{rows:,} outcomes from {len(events):,} events: {statistics.median(found):.2f} s; reading them {read:.2f} s"
    )


def main() -> None:
    for entrants, rounds in ((100, 5), (100, 50), (1000, 5)):
        for opened in (CLOSED, OPEN):
            ticks(entrants, rounds, opened)
    for days in (30, 120, 365):
        months(days)
    outcomes()


if __name__ == "__main__":
    main()
