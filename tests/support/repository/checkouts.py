"""A copy of this repository in which a page of docs/ is followed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import structs

from nab.actions.bench import Bench
from nab.config import load
from nab.edges.untrusted import removal
from nab.paths import AgentFolder
from support.engines import engines
from support.records.coding_records import Record
from support.repository import guides
from support.repository.benches import REPOSITORY, config_on

PAGE = "adding-an-agent.md"
COPIED = ("lib", "scripts", "images")
FILES = ("Makefile", "nab.toml", "pyproject.toml", "requirements.lock", "requirements-dev.lock")


class Checkout(Record):
    """A copy of this repository in which the guide is followed; what its demo recorded is its bench's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(REPOSITORY / name, folder / name, ignore=ignored, symlinks=True)
        for name in FILES:
            shutil.copy(REPOSITORY / name, folder / name)
        (folder / ".venv").symlink_to(Path(sys.prefix))

    def do(self, command: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "lib")}
        done = subprocess.run(
            ["bash", "-ec", command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout

    def follow(self, agent: str) -> None:
        """Write the guide's files of an agent, and run its commands up to the demo; that of the page is shelly's."""
        guides.write_files(PAGE, self.folder, f"images/agents/{agent}/")
        for block in guides.blocks(PAGE):
            if block.language == "bash" and (agent in block.text or "make demo" in block.text):
                self.do(block.text.replace("AGENT=shelly", f"AGENT={agent}"))

    def bench_on(self, folder: Path, settings: str) -> Bench:
        """Return a bench of this copy's own on other settings, as `benches.bench_on` does of the repository."""
        config = config_on(folder, settings)
        return Bench(structs.replace(config, repository=self.folder), "test")

    @property
    def bench(self) -> Bench:
        config = load(self.folder / "state" / "demo.toml", self.folder / "state" / "demo")
        return Bench(structs.replace(config, repository=self.folder), "test")


@contextmanager
def checkout() -> Iterator[Checkout]:
    """Have a copy whose path is short enough for a socket's."""
    engines.engine_or_skip()
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    try:
        yield Checkout(folder)
    finally:
        removal.remove(AgentFolder(folder))
