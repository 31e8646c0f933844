"""A real server of scripted models for tests, and the real agents that are driven against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from nab import agents
from nab.core.agents import adapters
from nab.models.turns import Usage
from support.repository.benches import REPOSITORY

SCRIPT = REPOSITORY / "scripts" / "models.py"
SESSION = "5e551017-0000-4000-8000-000000000001"
LABEL = "nab.test.models"


class Server:
    """Scripted models in a process of their own, on a TCP port and a unix socket."""

    def __init__(self, state: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), "serve", "--state", str(state), "--port", "0", *options],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "lib")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said.startswith("listening on http"), said + self.process.stdout.read()
        self.url = said.split()[2]
        self.socket = state / "models" / "api.sock"
        self.file = state / "models" / "ledger.jsonl"

    def ledger(self) -> dict[str, Any]:
        return requests.get(f"{self.url}/ledger", headers={"Host": "models.nab"}, timeout=10).json()

    def usage(self) -> Usage:
        """Return the sum of what was reported."""
        return sum((Usage(**entry["usage"]) for entry in self.ledger()["entries"]), start=Usage())

    def ends(self) -> str:
        self.process.terminate()
        return self.process.communicate(timeout=20)[0]


@dataclass
class Ended:
    """What a program printed, and how it ended."""

    exit_code: int
    lines: list[dict[str, Any]]
    seconds: float
    printed: str

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("type") == kind]


@dataclass
class Box:
    """A container that keeps its home and its workspace while an agent is run in it again and again."""

    agent: str
    server: Server
    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.spec = agents.find(REPOSITORY / "images", self.agent)
        self.name = f"nab-models-{os.getpid()}-{self.agent}"

    def __enter__(self) -> Box:
        limits = ["--memory=2g", "--cpus=2", "--pids-limit=512"]
        about = [
            "--init",
            "--network=host",
            f"--label={LABEL}",
            f"--name={self.name}",
            *limits,
            *self.options,
        ]
        told = {**self.spec.cli.environment, **self.addresses(), **self.environment}
        words = [f"--env={key}={value}" for key, value in told.items()]
        docker("run", "--detach", "--rm", *about, *words, self.spec.image, "sleep", "1800")
        return self

    def __exit__(self, *_: object) -> None:
        docker("rm", "--force", self.name)

    def addresses(self) -> dict[str, str]:
        """Return what turns a program to the server; codex is told in its arguments."""
        key = {variable: "test-key" for form in self.spec.cli.auth[:1] for variable in form.variables}
        turned = {"claude": "ANTHROPIC_BASE_URL", "gemini": "GOOGLE_GEMINI_BASE_URL"}.get(self.agent)
        return {**key, **({turned: self.server.url} if turned else {})}

    def run(self, prompt: str, *, seconds: int = 120, again: bool = False, signal: str = "TERM") -> Ended:
        """Run the agent's program to its end, or until its time is up."""
        begun = time.monotonic()
        words = [
            "exec",
            self.name,
            "timeout",
            "-s",
            signal,
            "-k",
            "5",
            str(seconds),
            *self.words(prompt, again),
        ]
        done = subprocess.run(
            ["docker", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return Ended(done.returncode, lines, time.monotonic() - begun, done.stdout + done.stderr)

    def words(self, prompt: str, again: bool) -> list[str]:
        """Return the command, with the model server for codex."""
        cli = self.spec.cli
        start = adapters.Start(prompt=prompt, model=cli.model, session=self.session if again else SESSION)
        words = (adapters.resume if again else adapters.first)(cli, start)
        if self.agent == "codex":
            words[2:2] = ["-c", f'model_providers.openai_sse.base_url="{self.server.url}/v1"']
        return words

    @property
    def session(self) -> str:
        """Return the name to resume by; codex gives its threads names of its own."""
        if self.agent != "codex":
            return SESSION
        found = self.sh("ls -t /home/agent/.codex/sessions/*/*/*/").split()[0]
        return found.removesuffix(".jsonl")[-36:]

    def sh(self, command: str) -> str:
        return docker("exec", self.name, "bash", "-c", command)


def docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
