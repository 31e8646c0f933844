"""The blocks of a page of docs/, with the names of the files that they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.repository.benches import REPOSITORY

BLOCK = re.compile(
    r"(?:`(?P<name>[\w./-]+)`:\n\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A block of a page; `name` is the file's, empty for what is none."""

    name: str
    language: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page in their order."""
    for found in BLOCK.finditer((REPOSITORY / "docs" / page).read_text(encoding="utf-8")):
        yield Block(found["name"] or "", found["language"], found["text"])


def write_files(page: str, folder: Path, beginning: str = "") -> list[str]:
    """Write a page's files whose names begin so into a folder, and return their names."""
    written = []
    for block in blocks(page):
        if block.name and block.name.startswith(beginning):
            (folder / block.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.name).write_text(block.text, encoding="utf-8")
            written.append(block.name)
    return written
