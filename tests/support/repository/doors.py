"""A door asked both ways: by what is derived for it, and as it is told where that does not say enough."""

from __future__ import annotations

import importlib.util
import re
from typing import Any

from click.testing import CliRunner

from nab.actions.bench import Bench
from nab.doors import lock, next_turn, status
from support.engines.quiet_engine import container
from support.repository.benches import REPOSITORY

DOORS = {"status": status.answer, "lock": lock.answer, "next_turn": next_turn.answer}
MOVES = re.compile(
    r'("free_(?:bytes|files)": |"look_again": )("?)[\w.:+-]+|change at .*'
)  # from one look to the next


def arguments(bench: Bench, *more: str) -> list[str]:
    return ["--config", str(bench.config.file), f"--state={bench.paths.root}", *more]


def slow(name: str, *arguments: str) -> Any:
    """Run a script as it is where its light door cannot tell."""
    spec = importlib.util.spec_from_file_location(f"script_{name}", REPOSITORY / f"scripts/{name}.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return CliRunner().invoke(script.main, arguments, catch_exceptions=False)


def still(told: str) -> str:
    return MOVES.sub(r"\1\2", told)


def both(bench: Bench, name: str, *more: str) -> tuple[str, str]:
    """Return what both ways say, as far as it stands still."""
    light, said = DOORS[name](arguments(bench, *more)), slow(name, *arguments(bench, *more))
    assert said.exit_code == 0, said.output
    return still(f"{light}\n"), still(said.stdout)


def is_left(name: str, bench: Bench, *more: str) -> bool:
    """Say whether the light door leaves it to the slow way."""
    shown = {"status": status, "lock": lock, "next_turn": next_turn}[name].is_shown
    return not shown(arguments(bench, *more))


def lives(bench: Bench, run: str, status: str, name: str) -> dict[str, Any]:
    return container(name, status, {"nab.run": run, "nab.state": str(bench.paths.root), "nab.role": "agent"})
