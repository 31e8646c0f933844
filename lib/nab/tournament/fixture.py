"""A tournament for one test: in a process of its own, on a free port, with a state folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

from nab.core.errors import FAILED, NabError
from nab.core.text import times
from nab.edges import clock, process
from nab.tournament.server import remote

Until = Literal["open", "closed", "scored", "resolved"]
KEY_FILE = "key.json"  # of play.account, which a test's process need not load with pandas
LONGEST_START_SECONDS = 300
LOOK_AGAIN_SECONDS = 0.05
SUBMISSIONS = (
    "query($model: ID) { submissions(modelId: $model) "
    "{ id filename insertedAt status selected round { number } } }"
)


class Key(NamedTuple):
    """The account's token: `numerapi.NumerAPI(*key)`."""

    public_id: str
    secret_key: str


@dataclass(frozen=True)
class Submission:
    """A submission as the tournament lists it."""

    id: str
    round: int
    status: str
    selected: bool
    filename: str
    inserted_at: datetime

    @property
    def on_time(self) -> bool:
        return self.status == "on-time"


@dataclass(frozen=True)
class LocalTournament:
    """A tournament that runs: where it is, its key, and what a test does to it."""

    root: Path
    printed: Path
    url: str
    key: Key

    @property
    def models(self) -> dict[str, str]:
        """The id of every model of the account, by its name."""
        found: dict[str, str] = remote.ask(self.root, "GET", "health")["models"]
        return found

    @property
    def terminal(self) -> list[str]:
        """What the tournament has printed, line by line."""
        return self.printed.read_text(encoding="utf-8", errors="replace").splitlines()

    def advance(self, until: Until | None = None, *, seconds: float | None = None) -> list[str]:
        """Have what lies ahead come now, up to the next opening, on-time close, first score or last score.

        Without a word it goes on to whatever comes next. Returns what came, in words.
        """
        return remote.advance(self.root, until=until, seconds=seconds)

    def submissions(self, model: str) -> list[Submission]:
        """Return the submissions of a model, the oldest first."""
        models = self.models
        if model not in models:
            raise NabError(f"no model is called {model}", hint=f"there are {', '.join(models)}")
        found = self.query(SUBMISSIONS, {"model": models[model]})["submissions"]
        return [as_submission(one) for one in reversed(found)]

    def fault(self, name: str, **values: object) -> str:
        """Have something go wrong from now on: `fault("gateway-timeout", times=2)`. Returns the fault in one word."""
        return remote.add_fault(self.root, [name, *(f"{key}={value}" for key, value in values.items())])

    def clear_faults(self) -> None:
        """Have everything go well again."""
        remote.clear_faults(self.root)

    def query(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Ask the tournament in GraphQL."""
        token = {"Authorization": f"Token {self.key.public_id}${self.key.secret_key}"}
        body = {"query": query, "variables": dict(variables)}
        answer = remote.send("POST", self.url, json=body, headers=token).json()
        if "errors" in answer:
            raise NabError(f"the tournament refused: {answer['errors'][0]['message']}", exit_code=FAILED)
        data: dict[str, Any] = answer["data"]
        return data


def as_submission(told: Mapping[str, Any]) -> Submission:
    """Return a submission as it was told."""
    return Submission(
        id=told["id"],
        round=told["round"]["number"],
        status=told["status"],
        selected=told["selected"],
        filename=told["filename"],
        inserted_at=times.parse(told["insertedAt"]),
    )


@contextmanager
def running(options: Sequence[str], datasets: Path) -> Iterator[LocalTournament]:
    """Have a tournament run. `datasets` keeps what was made of the market, for the next with the same seed and size."""
    with TemporaryDirectory(prefix="numerai-") as folder:  # not pytest's: a socket's path is short
        root, printed = Path(folder) / "tournament", Path(folder) / "terminal.txt"
        share(datasets, root)
        words = ("-m", "nab.tournament", "serve", "--state", folder, "--port", "0", *options)
        child = process.start_dependent(sys.executable, *words, output=printed)
        try:
            url = address(child, root / "address", printed)
            share(root, datasets)
            yield LocalTournament(root, printed, url, key_of(root))
        finally:
            child.terminate()
            child.wait()


def address(child: process.Started, file: Path, printed: Path) -> str:
    """Wait until a tournament listens. Raises NabError with what it printed where it does not."""
    patience = clock.Patience(LONGEST_START_SECONDS)
    while not (file.exists() and (url := file.read_text(encoding="ascii"))):
        if child.poll() is not None or patience.lost:
            said = printed.read_text(encoding="utf-8", errors="replace").strip()
            raise NabError(f"the tournament did not start: {said[-2000:]}", exit_code=FAILED)
        clock.pause(LOOK_AGAIN_SECONDS)
    return url


def key_of(root: Path) -> Key:
    """Return the key of a tournament's account."""
    kept = json.loads((root / KEY_FILE).read_text(encoding="utf-8"))
    return Key(kept["public_id"], kept["secret_key"])


def share(source: Path, target: Path) -> None:
    """Have every dataset of one folder in another too, without a copy."""
    for made in source.glob("dataset-*"):
        if made.suffix != ".unfinished" and not (target / made.name).exists():
            shutil.copytree(made, target / made.name, copy_function=os.link)
