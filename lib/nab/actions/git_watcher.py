"""Keep the history of a workspace while its box runs."""

from __future__ import annotations

import click

from nab.actions.bench import Bench
from nab.core import times
from nab.core.errors import NabError
from nab.edges import boxes, clock, git, locks

DUTY, WRITING = "git-watcher", "history"


def watch(bench: Bench, run: str) -> None:
    """Look every so often until the box ends. Raises NabError (busy) when the run has a watcher."""
    every = bench.config.settings.recording.history_every
    with locks.held(bench.run(run).lock(DUTY), what=f"the git watcher of {run}"):
        box = bench.agent_box(run)
        while box is not None:
            look(bench, run)
            if boxes.ended_within(bench.engine, box.id, every):
                break


def look(bench: Bench, run: str) -> bool:
    """Commit the workspace if it changed; a look that fails is reported and tried again."""
    paths = bench.run(run)
    largest = bench.config.settings.recording.history_max_file_mib
    try:
        with locks.held(paths.lock(WRITING), what=f"the history of {run}", wait_seconds=60):
            git.mirror(paths.workspace, paths.mirror, largest_mib=largest)
            git.commit(paths.history, paths.mirror, f"workspace at {times.text(clock.now())}")
    except NabError as error:
        click.echo(f"{times.text(clock.now())} git watcher: {error.message}", err=True)
    return True
