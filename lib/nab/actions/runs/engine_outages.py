"""Tolerate a Docker engine that does not answer: boxes may still run, so nothing is concluded about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import click

from nab.actions.bench import Bench
from nab.core.facts import GapSeen
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import engine

WITNESS = "engine"


@dataclass
class Silence:
    """How long the engine has not answered whoever cares for a run."""

    bench: Bench
    run: Run
    since: datetime | None = None
    why: str = ""

    @contextmanager
    def borne(self) -> Iterator[None]:
        """Bear it when the engine does not answer; when it does again, the gap is written down."""
        began = clock.now()
        try:
            with engine.speaking():
                yield
        except engine.EngineSilent as error:
            if self.since is None:
                self.since, self.why = began, error.message
                click.echo(f"  {self.run.entrant} │ [nab] {error.message}; {self.run.name} is waited for")
            return
        if self.since is not None:
            self.note(self.since)

    def note(self, since: datetime) -> None:
        """Write the gap down, and tell of its end."""
        fact = GapSeen(
            witness=WITNESS, began=times.text(since), ended=times.text(clock.now()), reason=self.why
        )
        self.bench.log.append(fact, entrant=self.run.entrant, run=self.run.name)
        click.echo(f"  {self.run.entrant} │ [nab] the engine answers again")
        self.since = None
