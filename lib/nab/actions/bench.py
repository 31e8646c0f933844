"""What every action works with: the settings, the log and, once it is needed, the engine."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nab import __version__
from nab.config import Config
from nab.core.outcomes.evidence import Evidence, gather
from nab.core.overview.overview import Standings, standings
from nab.edges.docker import boxes, engine
from nab.edges.files import locks
from nab.edges.log.event_log import EventLog
from nab.edges.log.log_files import Place
from nab.paths import CARE, Paths, RunPaths

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from docker import DockerClient


@dataclass(frozen=True)
class Bench:
    """One installation, as one program sees it.

    `recent`: the program acts on what is under way, and leaves what is closed unread (docs/architecture.md).
    """

    config: Config
    by: str
    recent: bool = False

    @property
    def paths(self) -> Paths:
        return self.config.paths

    @cached_property
    def log(self) -> EventLog:
        checkpoint = self.paths.checkpoint if self.recent else None
        return EventLog(self.paths.events, by=f"{self.by} {__version__}", checkpoint=checkpoint)

    @cached_property
    def engine(self) -> DockerClient:
        return engine.connect()

    def standings(self) -> Standings:
        """Fold the log as it is now. The same log is folded once."""
        read = self.log.read()
        if read.place not in self._folded:
            known = self.evidence()
            self._folded.clear()
            self._folded[read.place] = standings(read.chain.events, known=known, closed=read.closed.rounds)
        return self._folded[read.place]

    def evidence(self) -> Evidence:
        """Gather the evidence of all outcomes from the log as it is now; of the same log once."""
        read = self.log.read()
        if read.place not in self._gathered:
            self._gathered.clear()
            self._gathered[read.place] = gather(read.chain.events)
        return self._gathered[read.place]

    @cached_property
    def _folded(self) -> dict[Place, Standings]:
        return {}

    @cached_property
    def _gathered(self) -> dict[Place, Evidence]:
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
