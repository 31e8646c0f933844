"""Lines of a proxy's record that tell of models' answers, and a bench with a run that has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import structs

from nab.actions.bench import Bench
from nab.core.facts import RunStarted
from nab.core.runs.runs import Run, runs
from nab.core.text import times
from support.records.logs import NOON, RUN, WHO, intended
from support.records.proxy_lines import dump
from support.repository.benches import bench_on

MODEL = "gpt-6.1-sol"
AT = "2026-11-24T12:00:00.000Z"


def line(phase: str = "done", time: str = AT, **usage: Any) -> bytes:
    """Return the line of an answer; without words of its own it used 100 tokens in and 10 out."""
    said = {"provider": "openai", "model": MODEL, "input": 100, "output": 10, "complete": True, "raw": None}
    return dump({"schema": 2, "time": time, "phase": phase, "id": "c1", "usage": said | usage})


def bench_with_a_run(folder: Path, agent: str = "codex", settings: str | None = None) -> Bench:
    """Return a bench whose log has a run that goes on."""
    bench = bench_on(folder, settings)
    fact = structs.replace(intended(agent), llm=MODEL)
    bench.log.append(fact, entrant=WHO, run=RUN)
    bench.log.append(RunStarted(started_at=times.text(NOON)), entrant=WHO, run=RUN)
    return bench


def the_run(bench: Bench) -> Run:
    """Return the run as its log tells it."""
    return runs(bench.log.events())[RUN]


def record(bench: Bench, *lines: bytes) -> Path:
    """Make the run's record longer."""
    path = bench.run(RUN).http
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.writelines(lines)
    return path
