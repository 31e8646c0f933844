"""Keep the history of a workspace while its box runs."""

from __future__ import annotations

import click

from nab.actions.bench import Bench
from nab.actions.recording import foreign_bytes
from nab.actions.recording.workspace.snapshots import Snapshots
from nab.core.errors import NabError
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import boxes
from nab.edges.files import locks
from nab.edges.kernel import priority

DUTY, WRITING = "git-watcher", "history"
MOST_OF_A_CORE, LONGEST_REST = 0.008, 600.0  # for looks that find nothing


def watch(bench: Bench, run: str) -> None:
    """Look every so often until the box ends. Raises NabError (busy) when the run has a watcher."""
    priority.stand_back()
    with locks.held(bench.run(run).lock(DUTY), what=f"the git watcher of {run}"):
        box = bench.agent_box(run)
        snapshots = of(bench, run)
        while box is not None:
            locks.look()
            before = priority.cpu_seconds()
            changed = keep(bench, run, snapshots)
            cost = 0 if changed else priority.cpu_seconds() - before
            if boxes.ended_within(bench.engine, box.id, rest(bench, cost)):
                break


def rest(bench: Bench, cost: float) -> float:
    """Return how long to wait: as set, or longer where even a look that finds nothing costs a lot."""
    every = bench.config.settings.recording.history_every
    return max(every, min(cost / MOST_OF_A_CORE, LONGEST_REST))


def look(bench: Bench, run: str) -> bool:
    """Commit the workspace if it changed; a look that fails is reported and tried again."""
    keep(bench, run, of(bench, run))
    return True


def of(bench: Bench, run: str) -> Snapshots:
    """Return the history of a run's workspace."""
    paths, recording = bench.run(run), bench.config.settings.recording
    return Snapshots(
        workspace=paths.workspace,
        history=paths.history,
        file_bytes=recording.history_max_file_mib << 20,
        history_bytes=int(recording.history_max_gib * 2**30),
    )


def keep(bench: Bench, run: str, snapshots: Snapshots) -> bool:
    """Look once, alone; what goes wrong is one line in the harness's log of the run."""
    try:
        with locks.held(bench.run(run).lock(WRITING), what=f"the history of {run}", wait_seconds=60):
            return foreign_bytes.read(bench, run, "its workspace", snapshots.look, False)
    except (NabError, OSError) as error:
        click.echo(f"{times.text(clock.now())} git watcher: {said(error)}", err=True)
        return False


def said(error: NabError | OSError) -> str:
    """Say an error on one line."""
    text = error.message if isinstance(error, NabError) else str(error)
    return " ".join(text.split())
