"""Keep the histories of a workspace, and of what its agent writes elsewhere, while its box runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import click

from nab import agents
from nab.actions.bench import Bench
from nab.actions.recording import foreign_bytes
from nab.actions.recording.packages import Installed
from nab.actions.recording.workspace.snapshots import Snapshots
from nab.core.errors import NabError
from nab.core.recording.workspace import elsewhere as elsewhere_rules
from nab.core.recording.workspace.elsewhere import CREDENTIALS, NAME
from nab.core.text import times
from nab.core.upkeep.secrets import patterns
from nab.edges import clock
from nab.edges.docker import boxes
from nab.edges.files import locks
from nab.edges.kernel import priority
from nab.edges.untrusted import descriptors

DUTY, WRITING = "git-watcher", "history"
MOST_OF_A_CORE, LONGEST_REST = 0.008, 600.0  # for looks that find nothing
LEAST_REST = 0.05
BOTH = 2  # histories, of a run whose agent has a disk


def watch(bench: Bench, run: str) -> None:
    """Look every so often until the box ends. Raises NabError (busy) when the run has a watcher."""
    priority.stand_back()
    with locks.held(bench.run(run).lock(DUTY), what=f"the git watcher of {run}"):
        box = bench.agent_box(run)
        kept = [Kept(bench, run, one) for one in histories(bench, run)]
        installed = installed_in(bench, run)
        if box is not None:
            guarded(bench, run, partial(installed.look_at_image, box.pid))
        while box is not None:
            locks.look()
            if any([one.look_when_due() for one in kept]):
                note_packages(bench, run, installed, [one.snapshots for one in kept])
            if boxes.ended_within(
                bench.engine, box.id, until_due([one.due for one in kept], clock.monotonic())
            ):
                break


def until_due(due: list[float], now: float) -> float:
    """Return how long to wait for the next look; a moment where one is due by now: the engine waits no shorter."""
    return max(LEAST_REST, min(due) - now)


@dataclass
class Kept:
    """A history that is kept while a box runs, and when to look again: each by what its own looks cost."""

    bench: Bench
    run: str
    snapshots: Snapshots
    due: float = 0.0

    def look_when_due(self) -> bool:
        """Look if it is time; says whether it was."""
        if clock.monotonic() < self.due:
            return False
        before = priority.cpu_seconds()
        changed = keep(self.bench, self.run, self.snapshots)
        cost = 0 if changed else priority.cpu_seconds() - before
        self.due = clock.monotonic() + rest(self.bench, cost)
        return True


def rest(bench: Bench, cost: float) -> float:
    """Return how long to wait: as set, or longer where even a look that finds nothing costs a lot."""
    every = bench.config.settings.recording.history_every
    return max(every, min(cost / MOST_OF_A_CORE, LONGEST_REST))


def look(bench: Bench, run: str) -> bool:
    """Commit the workspace if it changed; a look that fails is reported and tried again."""
    keep(bench, run, of(bench, run))
    return True


def look_at_all(bench: Bench, run: str) -> None:
    """Commit whatever changed, in the workspace and elsewhere, and note what is installed; what fails is reported."""
    looked = histories(bench, run, paced=False)
    for one in looked:
        keep(bench, run, one)
    note_packages(bench, run, installed_in(bench, run), looked)


def installed_in(bench: Bench, run: str) -> Installed:
    """Return what is on record of a run's packages."""
    return Installed(bench.run(run), bench.config.settings.recording.packages_max_mib << 20)


def note_packages(bench: Bench, run: str, installed: Installed, looked: list[Snapshots]) -> None:
    """Write down what is installed where these looks have been; one that failed says nothing of what is gone."""
    known = [one.known for one in looked if one.known]
    if len(known) == BOTH:
        guarded(bench, run, partial(installed.look, *known))


def guarded(bench: Bench, run: str, look: Callable[[], None]) -> None:
    """Look at packages; what goes wrong is one line in the harness's log of the run."""
    try:
        foreign_bytes.read(bench, run, "its packages", look, None)
    except (NabError, OSError) as error:
        tell(error)


def histories(bench: Bench, run: str, *, paced: bool = True) -> list[Snapshots]:
    """Return the histories of a run: that of its workspace, and where its agent has a disk, of the rest of that."""
    beside = [elsewhere(bench, run, paced=paced)] if descriptors.is_there(bench.run(run).disk) else []
    return [of(bench, run), *beside]


def of(bench: Bench, run: str) -> Snapshots:
    """Return the history of a run's workspace."""
    paths, recording = bench.run(run), bench.config.settings.recording
    return Snapshots(
        workspace=paths.workspace,
        history=paths.history,
        file_bytes=recording.history_max_file_mib << 20,
        history_bytes=int(recording.history_max_gib * 2**30),
    )


def elsewhere(bench: Bench, run: str, *, paced: bool) -> Snapshots:
    """Return the history of what a run's agent writes beside its workspace: its home, /tmp and /var/tmp."""
    paths, recording = bench.run(run), bench.config.settings.recording
    return Snapshots(
        workspace=paths.disk,
        history=paths.elsewhere,
        file_bytes=recording.history_max_file_mib << 20,
        history_bytes=int(recording.elsewhere_max_gib * 2**30),
        name=NAME,
        rules=elsewhere_rules.rules(transcripts(bench), credentials, paced=paced),
    )


def transcripts(bench: Bench) -> tuple[str, ...]:
    """Return where in a home agents' programs keep their transcripts; the collector copies these."""
    with suppress(NabError):
        known = agents.agents(bench.config.images)
        return tuple(place for spec in known if spec.cli for place in spec.cli.transcripts)
    return ()


def credentials(content: bytes) -> str:
    """Say that something in the shape of a key is in a file. What stands for a key in a box is none."""
    return CREDENTIALS if next(patterns.found(content), None) else ""


def keep(bench: Bench, run: str, snapshots: Snapshots) -> bool:
    """Look once, alone; what goes wrong is one line in the harness's log of the run."""
    try:
        with locks.held(bench.run(run).lock(WRITING), what=f"the history of {run}", wait_seconds=60):
            return foreign_bytes.read(bench, run, f"its {snapshots.name}", snapshots.look, False)
    except (NabError, OSError) as error:
        tell(error)
        return False


def tell(error: NabError | OSError) -> None:
    click.echo(f"{times.text(clock.now())} git watcher: {said(error)}", err=True)


def said(error: NabError | OSError) -> str:
    """Say an error on one line."""
    text = error.message if isinstance(error, NabError) else str(error)
    return " ".join(text.split())
