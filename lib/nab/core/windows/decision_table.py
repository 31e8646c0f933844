"""The decision as a table: every situation, merged where nothing depends on the difference."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from nab.core.levels import Level
from nab.core.windows.duties import Action, BoxState, Decision, Listing, Situation, decide
from nab.core.windows.window import Window

BOTH = (True, False)
# In the order in which the decision looks at them, so that the merged table is short.
VALUES: dict[str, Sequence[Any]] = {
    "level": tuple(Level),
    "window": tuple(Window),
    "owed": BOTH,
    "listing": tuple(Listing),
    "in_flight": BOTH,
    "no_room": BOTH,
    "has_script": BOTH,
    "box": tuple(BoxState),
    "closing": BOTH,
}
TITLES = (
    *("level", "window", "owed", "listed", "in flight", "no room", "submit.sh", "box", "closing"),
    *("action", "reason"),
)
Branches = tuple[tuple[tuple[Any, ...], "Tree"], ...]
Tree = Decision | Branches


def situations() -> list[Situation]:
    """Return every situation there is."""
    return [Situation(**dict(zip(VALUES, row, strict=True))) for row in product(*VALUES.values())]


def tree(known: dict[str, Any]) -> Tree:
    """Return the decisions as a tree over what is not known yet; values that lead to the same are one branch."""
    open_names = [name for name in VALUES if name not in known]
    if not open_names:
        return decide(Situation(**known))
    name = open_names[0]
    branches: dict[Tree, list[Any]] = {}
    for value in VALUES[name]:
        branches.setdefault(tree({**known, name: value}), []).append(value)
    return tuple((tuple(values), below) for below, values in branches.items())


def rows(branches: Tree, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Write the tree as rows of cells: an empty cell says that the value does not matter."""
    if isinstance(branches[0], Action):
        return [(*before, str(branches[0]), str(branches[1]))]
    name = list(VALUES)[len(before)]
    found = []
    for values, below in branches:
        everything = len(values) == len(VALUES[name])
        cell = "" if everything else ", ".join(map(word, values))
        found += rows(below, (*before, cell))
    return found


def word(value: object) -> str:
    """Write a value as a cell."""
    return {True: "yes", False: "no"}.get(value) or str(value)  # type: ignore[call-overload]


def markdown() -> str:
    """Return the page docs/decisions.md."""
    lines = [f"| {' | '.join(TITLES)} |", f"|{'---|' * len(TITLES)}"]
    lines += [f"| {' | '.join(cells)} |" for cells in rows(tree({}))]
    return f"{HEAD.format(count=len(situations()))}\n" + "\n".join(lines) + "\n"


HEAD = """# What a tick decides

Every tick of `scripts/watch_window.py` records one of these decisions for every enrolled entrant, in one event, before
anything is done about it. This page is written from `lib/nab/core/windows/duties.py` (`scripts/decisions.py`), and a
test compares the two: a change of a decision is a change of this page. It has all {count:,} situations; an empty cell
says that nothing depends on it.

- **window**: what Numerai's answer says; unknown where there was none.
- **owed**: the entrant was enrolled when the round opened. An agent that submits by itself is enrolled when its run
  starts, every other one when its run has ended.
- **listed**: what Numerai lists for the entrant in this round. *carried over*: uploaded before the round opened, a late
  one of the round before. *uploaded*: it gave an id within the last ten minutes. *unknown*: it did not answer.
- **no room**: a disk has less free than a firing needs, or the file system with the agent's folders is not there
  ([disk.md](disk.md)); then nobody can know whether there is a submit.sh.
- **in flight**: submit.sh is running. **submit.sh**: an executable regular file is there.
- **box**: what the engine says of the entrant's box; unknown where it does not answer. One that is gone, and is made
  anew to fire because all that its agent could write lies on its disk, counts as stopped: gone are those of old runs.
- **closing**: less than a minute of the window is left, or less than a tenth of a short one: what is uploaded late
  would stand in for the next round too.
"""
