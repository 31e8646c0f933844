"""The files in which the sessions of a run print and write: in their outbox, and in the agent's home."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from nab.core.agents import places
from nab.edges.untrusted import descriptors, globs
from nab.paths import AgentFolder, RunPaths

Found = dict["Source", os.stat_result]


class Source(NamedTuple):
    """A file of the agent's: below the outbox, or below its home."""

    home: bool
    place: bytes

    def rank(self, session: str) -> int:
        """Return what sources are sorted by: what other sessions left over comes after what this one, if known, has."""
        own = not session or self.place.startswith(f"{session}/".encode())
        return 1 if self.home else 0 if own else 2


class Sources:
    """Where the files of one run are. All of it is the agent's: nothing is opened here, and no link is believed."""

    def __init__(self, paths: RunPaths, patterns: Iterable[str]) -> None:
        self.roots = {True: paths.home, False: paths.outbox}
        self.patterns = [places.parts(pattern) for pattern in patterns]
        self.newest = ""

    def present(self) -> Found:
        """Find everything that is to be copied: what is printed first, the newest session before the others."""
        names = globs.Finder(self.roots[False]).entries(b"")
        sessions = sorted(
            filter(places.SESSION.fullmatch, map(os.fsdecode, names)), key=places.rank, reverse=True
        )
        self.newest = sessions[0] if sessions else ""
        found = self.looked_at(printed(session) for session in sessions)
        finder = globs.Finder(self.roots[True])
        for pattern in self.patterns:
            found |= {Source(True, place): status for place, status in finder.find(pattern)}
        return found

    def likely(self, lively: Iterable[Source]) -> Found:
        """Look only at the newest session, the one that comes next, and at some others."""
        sessions = [self.newest, places.following(self.newest)] if self.newest else ["work-1"]
        return self.looked_at([*map(printed, sessions), lively])

    def looked_at(self, groups: Iterable[Iterable[Source]]) -> Found:
        """Look at some sources; those that are not there are left out."""
        found: Found = {}
        for source in (source for group in groups for source in group):
            status = self.status(source)
            if status is not None:
                found[source] = status
        return found

    def status(self, source: Source) -> os.stat_result | None:
        """Look at a source, without following it where it is a link."""
        return descriptors.status(self.roots[source.home], source.place)

    def root(self, source: Source) -> AgentFolder:
        """Return the folder that a source is below."""
        return self.roots[source.home]


def printed(session: str) -> list[Source]:
    """Return what a session prints to."""
    return [Source(False, os.fsencode(f"{session}/{name}")) for name in places.COPIED]
