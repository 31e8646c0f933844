"""Finding the files of a hostile folder that match a pattern. What cannot be read, or is too much, is left out."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from nab.edges.untrusted import descriptors, workspaces
from nab.paths import AgentFolder

MOST_NAMES, MOST_FOLDERS = 20_000, 5_000  # of one folder, and of the folders that a pattern leads to
Parts = Sequence[str | re.Pattern[str]]
Entries = dict[bytes, os.stat_result]


class Finder:
    """One search of a folder. A folder below it is listed once, however many patterns lead there."""

    def __init__(self, root: AgentFolder) -> None:
        self.root = root
        self.listed: dict[bytes, Entries] = {}

    def find(self, parts: Parts) -> Iterator[tuple[bytes, os.stat_result]]:
        """Yield the regular files that match, by their path below the root."""
        folders: Iterable[bytes] = [b""]
        for part in parts[:-1]:
            entered = (
                path for folder in folders for path, found in self.named(folder, part) if is_folder(found)
            )
            folders = list(islice(entered, MOST_FOLDERS))
        for folder in folders:
            for path, found in self.named(folder, parts[-1]):
                if stat.S_ISREG(found.st_mode):
                    yield path, found

    def named(self, folder: bytes, part: str | re.Pattern[str]) -> Iterator[tuple[bytes, os.stat_result]]:
        """Yield what a part of a pattern stands for in a folder."""
        if isinstance(part, str):
            path = workspaces.join(folder, os.fsencode(part))
            found = descriptors.status(self.root, path)
            if found:
                yield path, found
            return
        for name, seen in self.entries(folder).items():
            if part.match(os.fsdecode(name)):
                yield workspaces.join(folder, name), seen

    def entries(self, folder: bytes) -> Entries:
        """List a folder; one that is not there, or not ours to read, has nothing in it."""
        if folder not in self.listed:
            try:
                self.listed[folder] = workspaces.listing(self.root, folder, most=MOST_NAMES).others
            except OSError:
                self.listed[folder] = {}
        return self.listed[folder]


def is_folder(found: os.stat_result) -> bool:
    return stat.S_ISDIR(found.st_mode)
