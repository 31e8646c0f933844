"""Copy what the sessions of a run print and their transcripts while they grow, where the agent cannot reach it."""

from __future__ import annotations

from collections.abc import Callable

import click

from nab import agents
from nab.actions.bench import Bench
from nab.actions.recording import foreign_bytes
from nab.actions.recording.sessions.budgets import LOOK_BYTES, SHARE_BYTES
from nab.actions.recording.sessions.copies import Collection
from nab.core.errors import FAILED, NabError
from nab.core.text import times
from nab.edges import clock
from nab.edges.files import locks
from nab.edges.kernel import pidfds, priority

DUTY = "collector"
Keeper = Callable[[Callable[[], bool]], bool]
GLANCE_SECONDS = 1.0  # so that who watches a session sees what it does
MOST_OF_A_CORE, LONGEST_REST = 0.002, 300.0  # for looks at everything


def watch(bench: Bench, run: str) -> None:
    """Copy what grows until the box ends, and then what is left. Raises NabError (busy) when somebody does already."""
    priority.stand_back()
    with locks.held(bench.run(run).lock(DUTY), what=f"the collector of {run}"):
        box = bench.agent_box(run)
        collection = of(bench, run)
        kept = keeper(bench, run)
        if box is not None and box.running:
            with pidfds.opened(box.pid) as life:
                follow(collection, lambda: life is None or pidfds.ended_within(life, GLANCE_SECONDS), kept)
        to_the_end(collection, kept)


def follow(collection: Collection, ended: Callable[[], bool], kept: Keeper) -> None:
    """Glance every second; look at everything as often as that is cheap."""
    due = clock.monotonic()
    while True:
        locks.look()
        if clock.monotonic() >= due:
            before = priority.cpu_seconds()
            kept(collection.look)
            cost = priority.cpu_seconds() - before
            due = clock.monotonic() + min(cost / MOST_OF_A_CORE, LONGEST_REST)
        else:
            kept(collection.glance)
        if ended():
            return


def look(bench: Bench, run: str) -> bool:
    """Copy all that is there, once. Safe beside the watching collector; what goes wrong is in the harness's log."""
    to_the_end(of(bench, run), keeper(bench, run))
    return True


def to_the_end(collection: Collection, kept: Keeper) -> None:
    """Look until nothing waits; a box that goes on printing does not hold us up for ever."""
    for _ in range(SHARE_BYTES // LOOK_BYTES + 2):
        if not kept(collection.look):
            return


def keeper(bench: Bench, name: str) -> Keeper:
    """Return what does a piece of work; what goes wrong is one line in the harness's log of the run."""

    def kept(work: Callable[[], bool]) -> bool:
        try:
            return foreign_bytes.read(bench, name, "the files of its sessions", work, False)
        except (NabError, OSError) as error:
            text = error.message if isinstance(error, NabError) else str(error)
            click.echo(f"{times.text(clock.now())} collector: {' '.join(text.split())}", err=True)
            return False

    return kept


def of(bench: Bench, run: str) -> Collection:
    """Return the copies of a run. Raises NabError for one that is not in the log."""
    found = bench.runs().get(run)
    if found is None:
        raise NabError(f"no run {run!r} in the event log", hint="make status names them", exit_code=FAILED)
    spec = agents.find(bench.config.images, found.intended.agent)
    return Collection(bench.run(run), spec.cli.transcripts if spec.cli else ())
