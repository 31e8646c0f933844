"""What every action works with: the settings, the log and, once it is needed, the engine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from nab import __version__
from nab.config import Config
from nab.core.outcomes.evidence import Evidence, gather
from nab.core.overview.overview import Standings, standings
from nab.core.runs import choice
from nab.core.runs.models import Models, models
from nab.core.runs.runs import Run, runs
from nab.core.windows.rounds import Round, seen
from nab.edges.docker import boxes, engine
from nab.edges.files import locks
from nab.edges.log.event_log import EventLog
from nab.edges.log.log_files import Place, Read
from nab.paths import CARE, Paths, RunPaths

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from docker import DockerClient
T = TypeVar("T")


@dataclass(frozen=True)
class Bench:
    """One installation, as one program sees it.

    `recent`: the program acts on what is under way, and leaves what is closed unread (docs/architecture.md).
    `sifts`: it asks of scores only what claims and the table of results rest on; `by_kept`: and checks no line twice.
    """

    config: Config
    by: str
    recent: bool = False
    sifts: bool = False
    by_kept: bool = False

    @property
    def paths(self) -> Paths:
        return self.config.paths

    @cached_property
    def log(self) -> EventLog:
        by = f"{self.by} {__version__}"
        return EventLog(
            self.paths.events, by, checkpoint=self.paths.checkpoint, recent=self.recent, sifts=self.sifts,
            kept=self.paths.store_log if self.by_kept else None,
        )  # fmt: skip

    @cached_property
    def engine(self) -> DockerClient:
        return engine.connect()

    def standings(self) -> Standings:
        """Fold the log as it is now. The same log is folded once."""
        return self._once(
            "standings",
            lambda read: standings(read.chain.events, known=self.evidence(), closed=read.closed.rounds),
        )

    def evidence(self) -> Evidence:
        """Gather the evidence of all outcomes from the log as it is now; of the same log once."""
        return self._once("evidence", lambda read: gather(read.chain.events))

    def runs(self) -> Mapping[str, Run]:
        """Fold the runs from the log as it is now, oldest first, by name; of the same log once."""
        return self._once("runs", lambda read: runs(read.chain.events))

    def run_named(self, given: str) -> Run:
        """Return the run that a person means, the newest without a name. Raises NabError that lists the choices."""
        known = self.runs()
        return known[choice.named(list(known), given)]

    def models(self) -> Models:
        """Fold whose every Numerai model is from the log as it is now; of the same log once."""
        return self._once("models", lambda read: models(read.chain.events))

    def rounds(self) -> Mapping[int, Round]:
        """Fold the rounds from the log as it is now, by number; of the same log once."""
        return self._once("rounds", lambda read: seen(read.chain.events))

    def _once(self, what: str, fold: Callable[[Read], T]) -> T:
        """Return what the log as it is now folds to; the fold is made anew where the log has changed."""
        return self.once(what, self.log.read(), fold)

    def once(self, what: str, read: Read, fold: Callable[[Read], T]) -> T:
        """Return what a log that was read folds to, and fold the same log once."""
        if what not in self._folds or self._folds[what][0] != read.place:
            self._folds[what] = (read.place, fold(read))
        folded: T = self._folds[what][1]
        return folded

    @cached_property
    def _folds(self) -> dict[str, tuple[Place, Any]]:
        return {}

    def run(self, name: str) -> RunPaths:
        return self.paths.run(name)

    def attended(self, run: str) -> bool:
        """Say whether a living process cares for the run."""
        return locks.is_held(self.run(run).lock(CARE))

    def deciding(self, wait_seconds: float = 120) -> AbstractContextManager[None]:
        """Hold the scheduler lock: whoever starts, ends or adopts a run does it inside."""
        return locks.held(self.paths.scheduler_lock, what="the scheduler", wait_seconds=wait_seconds)

    def find_boxes(self, run: str = "", role: str = "") -> list[boxes.Box]:
        """Find our boxes on the engine: those of this state folder only."""
        wanted = {boxes.STATE: str(self.paths.root)}
        if run:
            wanted[boxes.RUN] = run
        if role:
            wanted[boxes.ROLE] = role
        return boxes.find(self.engine, wanted)

    def agent_box(self, run: str) -> boxes.Box | None:
        """Return the agent's box of a run, if the engine has it."""
        found = self.find_boxes(run, boxes.AGENT)
        return found[0] if found else None

    def program(self, script: str, *options: str) -> tuple[str, ...]:
        """Return the words that start one of our scripts on the same settings and state."""
        where = str(self.config.repository / "scripts" / script)
        settings = ("--config", str(self.config.file.resolve()), "--state", str(self.paths.root))
        return (sys.executable, where, *settings, *options)
