"""The local tournament under 16 clients: requests a second and p95, as ratios against a bare Starlette endpoint."""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import requests

REPOSITORY = Path(__file__).resolve().parents[1]
CLIENTS, EACH, ROWS = 16, 25, 7_000
BARE = """
import socket, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

async def answer(request):
    await request.body()
    return JSONResponse({"data": {}})

here = socket.socket()
here.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
here.bind(("127.0.0.1", 0))
print("listening on http://127.0.0.1:%d" % here.getsockname()[1], flush=True)
config = uvicorn.Config(Starlette(routes=[Route("/", answer, methods=["POST", "PUT"])]), log_level="error")
uvicorn.Server(config).run(sockets=[here])
"""
ROUNDS = "query {rounds(tournament: 8, number: 0) {number openTime closeStakingTime}}"
SUBMISSIONS = "query($m: ID!) {submissions(modelId: $m) {id filename insertedAt selected round {number}}}"
SLOT = 'query($m: ID!) {submissionUploadAuth(filename: "p.csv", tournament: 8, modelId: $m) {filename url}}'
CREATE = "mutation($m: ID!, $f: String!) {createSubmission(filename: $f, tournament: 8, modelId: $m) {id}}"


@contextmanager
def served(*words: str) -> Iterator[str]:
    """Run a server until the block ends; yields its address."""
    server = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    assert server.stdout is not None
    try:
        yield next(line.split()[2] for line in server.stdout if line.startswith("listening on"))
    finally:
        server.terminate()
        server.wait(20)


class Client:
    """Somebody with the account's key."""

    def __init__(self, url: str, key: dict[str, str]) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {key['public_id']}${key['secret_key']}"

    def ask(self, query: str, **variables: str) -> dict:
        answer = self.session.post(self.url, json={"query": query, "variables": variables}, timeout=60).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def upload(self, model: str, content: bytes) -> None:
        slot = self.ask(SLOT, m=model)["submissionUploadAuth"]
        self.session.put(slot["url"], data=content, timeout=60).raise_for_status()
        self.ask(CREATE, m=model, f=slot["filename"])


def measure(clients: list[Client], call: Callable[[Client], object], each: int) -> tuple[float, float]:
    """Let all clients call at once. Returns calls a second and the p95 of a call, in milliseconds."""

    def work(client: Client) -> list[float]:
        taken = []
        for _ in range(each):
            began = time.perf_counter()
            call(client)
            taken.append(time.perf_counter() - began)
        return taken

    began = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        taken = [seconds for found in pool.map(work, clients) for seconds in found]
    return len(taken) / (time.perf_counter() - began), statistics.quantiles(taken, n=20)[-1] * 1000


def live_predictions(client: Client) -> bytes:
    """Return a file of 7,000 predictions: one for every live id, the rest for ids that Numerai drops."""
    url = client.ask('query {dataset(filename: "v5.3/live_example_preds.parquet", tournament: 8)}')["dataset"]
    frame = pd.read_parquet(io.BytesIO(client.session.get(url, timeout=60).content))
    strangers = [f"nffff{number:011x}" for number in range(ROWS - len(frame))]
    padded = pd.concat([frame, pd.DataFrame({"prediction": 0.5}, index=pd.Index(strangers, name="id"))])
    return padded.to_csv().encode()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="nab") as state:
        options = (
            "--state",
            state,
            "--port",
            "0",
            "--rounds-every",
            "900",
            "--window",
            "890",
            "--rate-limits",
            "none",
        )
        tournament = (str(REPOSITORY / "scripts/tournament.py"), *options, "--model", "one")
        with served("-c", BARE) as bare, served(*tournament) as url:
            key = json.loads((Path(state) / "tournament/key.json").read_text())
            clients = [Client(url, key) for _ in range(CLIENTS)]
            model = clients[0].ask("query {account {models {id}}}")["account"]["models"][0]["id"]
            content = live_predictions(clients[0])
            rows = content.count(b"\n") - 1
            nobody = [Client(bare, key) for _ in range(CLIENTS)]
            floor, floor_p95 = measure(
                nobody, lambda c: c.session.post(c.url, json={"query": ROUNDS}, timeout=60), EACH
            )
            print(f"{'bare Starlette':<34} {floor:7.0f} a second          p95 {floor_p95:6.1f} ms")
            cases: list[tuple[str, Callable[[Client], object], int]] = [
                ("rounds", lambda c: c.ask(ROUNDS), EACH),
                ("submissions", lambda c: c.ask(SUBMISSIONS, m=model), EACH),
                (f"upload of {rows:,} predictions", lambda c: c.upload(model, content), 4),
            ]
            for name, call, each in cases:
                rate, p95 = measure(clients, call, each)
                ratio = f"{rate / floor:6.3f} of bare"
                print(f"{name:<34} {rate:7.0f} a second {ratio} p95 {p95:6.1f} ms")


if __name__ == "__main__":
    main()
