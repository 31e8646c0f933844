"""Sealed eras as a tournament's rounds: one is served at a time, in order, and only while a replay has them opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from nab.core.errors import NabError
from nab.core.replay.cut import Cut
from nab.tournament.market.dataset import VERSION
from nab.tournament.market.live_files import LIVE, LiveFiles, live_names
from nab.tournament.market.market import Era, LiveRound, Market
from nab.tournament.replay.cutting import CutFolder
from nab.tournament.store import Store

OPENED = "sealed eras opened"  # the store's setting: the round after which the first sealed era comes


@dataclass(frozen=True)
class Turns:
    """Which era is whose turn. While the seal is whole, every round is the last era before the sealed ones."""

    store: Store
    cut: Cut

    @property
    def opened(self) -> int | None:
        """The round after which the sealed eras come, one a round; None: the seal is whole."""
        found = self.store.setting(OPENED)
        return None if found is None else int(found)

    def open(self, newest: int) -> None:
        """Have the next round be the first sealed era. Raises NabError where a replay goes on."""
        if self.opened is not None:
            raise NabError("the sealed eras are opened already", hint="a replay goes on, or was cut off")
        self.store.keep(OPENED, newest)

    def close(self) -> None:
        """Serve no sealed era any more."""
        self.store.forget(OPENED)

    def era(self, number: int) -> int:
        """Return the era that a round has: never a sealed one out of its order."""
        since = self.opened
        if since is None or number <= since:
            return self.cut.first - 1
        return min(self.cut.first - 1 + number - since, self.cut.last)


@dataclass(frozen=True)
class SealedMarket(Market):
    """A market whose rounds are eras of the past, taken from files: nothing is known of them but ids."""

    folder: CutFolder = field(kw_only=True)
    turns: Turns = field(kw_only=True)

    def live(self, number: int) -> LiveRound:
        """Return the universe of the era whose turn a round is, in the order of its ids."""
        path = self.folder.live(self.turns.era(number)) / VERSION / LIVE
        ids = tuple(pq.read_table(path, columns=["id"])["id"].to_pylist())
        nothing = np.empty((len(ids), 0), dtype=np.float32)
        return LiveRound(number, Era(ids, nothing, nothing), np.arange(len(ids)), nothing)


@dataclass
class Calendar:
    """Which round is the newest: the tournament says, once it is there."""

    newest: Callable[[], int] = lambda: 0


@dataclass(frozen=True)
class SealedFiles(LiveFiles):
    """The live files of the era whose turn it is. Those of a round that has not opened are not there."""

    folder_of_cut: CutFolder = field(kw_only=True)
    turns: Turns = field(kw_only=True)
    calendar: Calendar = field(default_factory=Calendar)

    def make(self, number: int) -> None:
        """They are made already, with the cut."""

    def path(self, number: int, name: str) -> Path:
        """Return where a round's live file is: of the newest round alone, so that each firing has its era alone."""
        if number != self.calendar.newest() or name not in live_names(number):
            return self.folder_of_cut.root / "nothing"
        stored = LIVE if name == f"live_{number}.parquet" else name
        return self.folder_of_cut.live(self.turns.era(number)) / VERSION / stored
