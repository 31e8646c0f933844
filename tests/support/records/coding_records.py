"""What a bench has on record of the runs of coding agents, as their tests ask for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nab import agents
from nab.actions.bench import Bench
from nab.core.facts import Counts, Intervened, SessionEnded, SessionStarted, UsageCounted
from nab.core.runs.runs import Run, runs
from nab.core.usage.token_sums import plus
from nab.paths import RunPaths


class Record:
    """Reads the log and the files of a bench; writes nothing."""

    bench: Bench

    def runs(self) -> list[Run]:
        return list(runs(self.bench.log.events()).values())

    @property
    def run(self) -> Run:
        """The newest run."""
        return self.runs()[-1]

    @property
    def paths(self) -> RunPaths:
        return self.bench.run(self.run.name)

    def facts(self, kind: type) -> list[Any]:
        """Return every fact of a kind."""
        return [event.fact for event in self.bench.log.events() if isinstance(event.fact, kind)]

    def started(self) -> list[SessionStarted]:
        return self.facts(SessionStarted)

    def ended(self) -> list[SessionEnded]:
        return self.facts(SessionEnded)

    def endings(self) -> list[str]:
        """Return the class of every session's end."""
        return [one.ending.value for one in self.ended()]

    def interventions(self) -> list[str]:
        return [one.what for one in self.facts(Intervened)]

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls to models that the proxy has on record, their beginnings too."""
        if not self.paths.http.exists():
            return []
        lines = [json.loads(line) for line in self.paths.http.read_text().splitlines()]
        return [line for line in lines if line.get("category") == "llm"]

    def counted(self) -> Counts:
        """Return what the harness counted, of all models."""
        return added(one.counts for one in self.facts(UsageCounted))

    def counted_by_the_program(self) -> Counts:
        """Return what the agent's program counted itself, of all models and runs."""
        return added(one.own for one in self.facts(UsageCounted) if one.own)

    def cut(self) -> int:
        """Return how many answers are on record as broken off."""
        return sum(one.cut for one in self.facts(UsageCounted))

    def transcripts(self, agent: str, folder: Path) -> dict[str, bytes]:
        """Return the transcripts below a home folder."""
        cli = agents.find(self.bench.config.images, agent).cli
        found = {path for place in cli.transcripts for path in folder.glob(place)}
        return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def added(counts: Iterable[Counts]) -> Counts:
    """Sum up counts."""
    total = Counts()
    for one in counts:
        total = plus(total, one)
    return total
