"""What can be measured of programs without running them: duplicated lines, simple functions, hygiene."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from nab.results.detectors import code
from nab.results.detectors.records import Run

SIMPLE = 10  # McCabe
BLOCK = 6  # lines that stand twice
PINNED = re.compile(r"[\w.\[\],-]+\s*==\s*[\w.*+!-]+.*")


def tree(run: Run, at: float) -> dict[str, str]:
    """Return the texts of a run's workspace at a moment, by path."""
    found: dict[str, str] = {}
    for change in run.changes:
        if change.at <= at:
            found.pop(change.path, None)
            if change.text is not None:
                found[change.path] = change.text
    return found


def programs(files: Mapping[str, str]) -> dict[str, str]:
    """Return the Python of a tree, by path."""
    found = {path: code.python(path, text) for path, text in sorted(files.items())}
    return {path: text for path, text in found.items() if text.strip()}


def lines_of(text: str) -> list[str]:
    """Return the lines of a program that say anything, without their indentation."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def simple(texts: Sequence[str]) -> float:
    """Return the share of functions that are simple enough; 1 where there are none."""
    found = [one for text in texts for one in code.complexities(text)]
    return sum(one <= SIMPLE for one in found) / len(found) if found else 1.0


def duplicated(texts: Sequence[str]) -> float:
    """Return the share of lines in a block of six or more that stands twice."""
    whole = [lines_of(text) for text in texts]
    places: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for number, lines in enumerate(whole):
        for start in range(len(lines) - BLOCK + 1):
            places.setdefault(tuple(lines[start : start + BLOCK]), []).append((number, start))
    twice = {
        (number, start + more)
        for found in places.values()
        if len(found) > 1
        for number, start in found
        for more in range(BLOCK)
    }
    total = sum(map(len, whole))
    return len(twice) / total if total else 0.0


def hygiene(files: Mapping[str, str], *, submits: bool) -> float:
    """Return the share of four: submit.sh can be read, dependencies are pinned, there are notes, there is a test."""
    return sum((submits, is_pinned(files), *others(files))) / 4


def is_pinned(files: Mapping[str, str]) -> bool:
    """Say whether a list of requirements pins each of them, or there is a lock."""
    for path, text in files.items():
        name = path.rpartition("/")[2]
        if name.startswith("requirements") and name.endswith(".txt"):
            lines = [
                line.strip()
                for line in text.splitlines()
                if line.strip() and not line.strip().startswith(("#", "-"))
            ]
            if lines and all(PINNED.fullmatch(line) for line in lines):
                return True
    return False


def others(files: Mapping[str, str]) -> Iterator[bool]:
    """Yield whether there are notes, and whether there is a test."""
    names = [path.rpartition("/")[2] for path in files]
    yield any(
        name.lower().endswith((".md", ".rst")) and files[path].strip()
        for name, path in zip(names, files, strict=True)
    )
    yield any(name.startswith("test_") or name.endswith("_test.py") for name in names)
