"""The blocks of commands of docs/operations.md, and a checkout in which they are run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from support.repository.benches import REPOSITORY

PAGE = REPOSITORY / "docs" / "operations.md"
HEADING = re.compile(r"^#+ (.+)$")
INDENT = "    "
FENCE = "```"
READY = "#!/bin/sh\n"  # what makes a checkout ready has tests of its own, and would change the environment of this one


class Block(NamedTuple):
    """Where a block of commands stands: below which heading, and as which one there."""

    heading: str
    number: int


def blocks(page: str) -> dict[Block, str]:
    """Return every block of commands, as it would be pasted."""
    found: dict[Block, str] = {}
    counted: Counter[str] = Counter()
    for heading, text in taken(page.splitlines()):
        counted[heading] += 1
        found[Block(heading, counted[heading])] = text
    return found


def taken(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each block with its heading: what is indented after an empty line, or stands between fences."""
    heading, block, fenced, before = "", list[str](), False, ""
    for line in [*lines, ""]:
        if line.startswith(FENCE):
            fenced = not fenced
            if not fenced:
                yield heading, "\n".join(block) + "\n"
                block = []
        elif fenced or (line.startswith(INDENT) and (block or not before)):
            block.append(line)
        elif block:
            yield heading, textwrap.dedent("\n".join(block)) + "\n"
            block = []
        if not fenced and not block and (named := HEADING.match(line)):
            heading = named[1]
        before = line


def block(heading: str, number: int = 1) -> str:
    """Return one block of the page."""
    return blocks(PAGE.read_text(encoding="utf-8"))[Block(heading, number)]


def checkout(folder: Path) -> Path:
    """Make a folder a checkout: its doors and scripts are ours, its nab.toml and its state are its own."""
    (folder / "scripts").mkdir()
    for script in (REPOSITORY / "scripts").glob("*.py"):
        (folder / "scripts" / script.name).symlink_to(script)
    (folder / "scripts/bootstrap.sh").write_text(READY)
    (folder / "scripts/bootstrap.sh").chmod(0o755)
    (folder / "Makefile").symlink_to(REPOSITORY / "Makefile")
    (folder / ".venv").symlink_to(REPOSITORY / ".venv")
    return folder


def run(
    folder: Path, commands: str, instead: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a block in a checkout; what is somebody's own place or name in it is replaced."""
    for theirs, ours in (instead or {}).items():
        assert theirs in commands, theirs
        commands = commands.replace(theirs, ours)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "lib")}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", commands],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
