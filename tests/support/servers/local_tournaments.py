"""A real tournament server for tests, and the waiting for what it does."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numerapi
import pandas as pd
import requests
from numerapi import base_api

REPOSITORY = Path(__file__).resolve().parents[3]
SCRIPT = REPOSITORY / "scripts" / "tournament.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(REPOSITORY / "lib")}


MADE: dict[str, Path] = {}


class Server:
    """A tournament in its own process. The dataset of the first is that of all."""

    def __init__(self, state: Path, *options: str) -> None:
        for name, made in MADE.items():
            if made.is_dir() and not (state / "tournament" / name).exists():
                shutil.copytree(made, state / "tournament" / name, copy_function=os.link)
        command = [
            sys.executable,
            str(SCRIPT),
            "--state",
            str(state),
            "--port",
            "0",
            "--size",
            "tiny",
            *options,
        ]
        self.process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.state = state
        self.folder = state / "tournament"
        self.printed: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if line.startswith("listening on "):
                self.url = line.split()[2]
                MADE.update({made.name: made for made in self.folder.glob("dataset-*")})
                return
        raise AssertionError("".join(self.printed))

    def health(self) -> dict[str, Any]:
        return dict(requests.get(f"{self.url}/admin/health", timeout=10).json())

    def alive(self) -> bool:
        return self.process.poll() is None and self.health()["ok"] is True

    def ends(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=90)
        return self.process.returncode

    def client(self, monkeypatch: Any) -> numerapi.NumerAPI:
        """Return an unmodified numerapi that speaks to this server."""
        key = json.loads((self.folder / "key.json").read_text())
        monkeypatch.setattr(base_api, "API_TOURNAMENT_URL", self.url)
        return numerapi.NumerAPI(
            key["public_id"], key["secret_key"], verbosity="error", show_progress_bars=False
        )


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the script's commands to its end."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        cwd=REPOSITORY,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def eventually(look: Callable[[], Any], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found
    return found


def fresh_round(server: Server, seconds: float) -> int:
    """Wait for a round that stays open that long."""

    def enough() -> int:
        health = server.health()
        left = datetime.fromisoformat(health["closes_on_time"]) - datetime.fromisoformat(health["now"])
        return health["round"] if left.total_seconds() > seconds else 0

    return int(eventually(enough))


def predictions(api: numerapi.NumerAPI) -> pd.DataFrame:
    """Return predictions for the round that is open, made from one feature."""
    Path("v5.3/live.parquet").unlink(missing_ok=True)
    api.download_dataset("v5.3/live.parquet")
    live = pd.read_parquet("v5.3/live.parquet")
    feature = next(name for name in live if name.startswith("feature_"))
    ranks = (live[feature] + live.reset_index().index / len(live)).rank(pct=True)
    return ranks.rename("prediction").reset_index()
