"""The code as rooms: folders of modules, and what each imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

from support.repository.benches import REPOSITORY

LIB = REPOSITORY / "lib"


@cache
def parsed(path: Path) -> ast.Module:
    """Parse a file once, however many checks look at it."""
    return ast.parse(path.read_text(encoding="utf-8"))


def dotted(path: Path, root: Path = LIB) -> str:
    """Name the module of a file."""
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules(root: Path = LIB) -> dict[str, Path]:
    """Return every module below a folder with its file."""
    return {dotted(path, root): path for path in sorted(root.rglob("*.py"))}


@cache
def imported(path: Path) -> frozenset[str]:
    """Return every name that a file imports, wherever in it: modules, and what is taken out of them."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def arrows(root: Path = LIB) -> dict[str, set[str]]:
    """Return which modules of a folder every module of it imports at any time."""
    known = modules(root)
    found = {}
    for name, path in known.items():
        seen = {one for one in imported(path) if one in known and one != name}
        # `from nab.core import runs` names the package beside the module: only the module counts.
        found[name] = {one for one in seen if not any(other.startswith(f"{one}.") for other in seen)}
    return found


def between_rooms(found: dict[str, set[str]], depth: int) -> dict[str, set[str]]:
    """Draw the arrows of modules between the rooms that they are in, `depth` names deep."""
    drawn: dict[str, set[str]] = defaultdict(set)
    for source, targets in found.items():
        room = source.split(".")[:depth]
        drawn[".".join(room)] |= {
            ".".join(target.split(".")[:depth]) for target in targets if target.split(".")[:depth] != room
        }
    return dict(drawn)


def circle(found: dict[str, set[str]]) -> list[str]:
    """Return a way that leads back to where it began; empty where there is none."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for target in sorted(found.get(name, ())):
            if back := walk(target, [*way, name]):
                return back
        done.add(name)
        return []

    return next((way for name in sorted(found) if (way := walk(name, []))), [])
