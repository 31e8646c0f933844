"""Which fields a question asks for, as a tree: read from GraphQL's words, joined, and written again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Tree: TypeAlias = (
    "dict[str, Tree]"  # a field, with its arguments as they are written, and what is asked below it
)

WORD = re.compile(r"\w+(?:\([^)]*\))?|[{}]")


@dataclass(frozen=True)
class Use:
    """Somebody relies on some fields of an operation: `root` is Query.rounds, `who` is named where one changes."""

    who: str
    root: str
    fields: str = ""
    arguments: str = ""

    @property
    def tree(self) -> Tree:
        return read(self.fields)


def read(text: str) -> Tree:
    """Read a selection: `number models {id name}`."""
    top: Tree = {}
    open_trees, newest = [top], top
    for word in WORD.findall(text):
        if word == "{":
            open_trees.append(newest)
        elif word == "}":
            open_trees.pop()
        else:
            newest = open_trees[-1].setdefault(word, {})
    return top


def joined(trees: Iterable[Tree]) -> Tree:
    """Return one tree with the fields of all."""
    whole: Tree = {}
    for tree in trees:
        for key, below in tree.items():
            whole[key] = joined([whole.get(key, {}), below])
    return whole


def written(tree: Tree) -> str:
    """Write a selection."""
    return " ".join(f"{key} {{{written(below)}}}" if below else key for key, below in tree.items())


def name(key: str) -> str:
    """Return a field's name without its arguments."""
    return key.partition("(")[0]


def plain(written_name: str) -> str:
    """Return a name as it is compared: Numerai takes snake_case and camelCase alike."""
    return written_name.replace("_", "").lower()


def inner(declared: str) -> str:
    """Return the name of the type inside lists and marks: Round of [Round!]."""
    return declared.strip("[]!")


def by_root(uses: Iterable[Use]) -> dict[str, Tree]:
    """Return what is asked of each operation, by everybody together."""
    roots: dict[str, list[Tree]] = {}
    for use in uses:
        roots.setdefault(use.root, []).append(use.tree)
    return {root: joined(trees) for root, trees in roots.items()}


def labels(root: str, tree: Tree, types: dict[str, str]) -> Iterable[str]:
    """Yield the fields of a question by the type that they belong to: Round.openTime. Types are by such labels."""
    yield root
    for key, below in tree.items():
        yield from labels(f"{inner(types.get(root, ''))}.{name(key)}", below, types)


def without(tree: Tree, root: str, gone: set[str], types: dict[str, str]) -> Tree:
    """Return a tree without the fields that there are not; an object of which nothing is left goes with them."""
    left: Tree = {}
    for key, below in tree.items():
        label = f"{inner(types.get(root, ''))}.{name(key)}"
        kept = without(below, label, gone, types)
        if label not in gone and bool(kept) is bool(below):
            left[key] = kept
    return left
