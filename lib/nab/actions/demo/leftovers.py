"""What an earlier demo left in its state folder: nothing of it is told of in the next one."""

from __future__ import annotations

from pathlib import Path

from nab.edges.untrusted import removal
from nab.paths import LOCKS, AgentFolder, Paths

KEPT = ("trust", "proofs", LOCKS)  # what costs seconds to make again, and names no run and no round
KEPT_OF_TOURNAMENT = ("dataset-", "key.json", "lock")  # not its rounds and uploads: their names come again


def remove(paths: Paths) -> None:
    """Remove the log, the records and the tournament's rounds; its dataset and its key are used again."""
    for path in paths.root.iterdir():
        if path == paths.tournament:
            for one in path.iterdir():
                if not one.name.startswith(KEPT_OF_TOURNAMENT):
                    remove_one(one)
        elif path.name not in KEPT:
            remove_one(path)


def remove_one(path: Path) -> None:
    """Remove a file or a folder; agents may have written in it."""
    if path.is_dir():
        removal.remove(AgentFolder(path))
    else:
        path.unlink()
