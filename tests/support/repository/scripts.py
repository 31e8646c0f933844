"""The scripts, asked in this process: starting one costs ten times as much as asking it."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from support.repository.benches import REPOSITORY

SCRIPTS = sorted((REPOSITORY / "scripts").glob("*.py"))


@cache
def help_of(path: Path) -> str:
    """Return what a script prints when it is asked for --help. Raises what it raises."""
    spec = importlib.util.spec_from_file_location(f"script_{path.stem}", path)
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    said = CliRunner().invoke(script.main, ["--help"], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    return said.stdout
