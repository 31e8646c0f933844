"""Write what a monitor reads: state/metrics.prom, and the same where node_exporter looks for text files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from nab import __version__
from nab.actions.bench import Bench
from nab.actions.disks import preflight, watch
from nab.actions.health import alarms
from nab.actions.upkeep.sync import lag
from nab.core.errors import FAILED, NabError
from nab.core.monitoring import exposition, families
from nab.core.monitoring.families import Monitored
from nab.core.monitoring.figures import RoundFigures, RunFigures
from nab.core.overview.summaries import Overview
from nab.core.runs.states import RunState
from nab.edges import clock
from nab.edges.files import files
from nab.edges.host import machine

T = TypeVar("T")
NAME = "nab.prom"  # in node_exporter's folder


def write(bench: Bench) -> list[Path]:
    """Write the figures, and say where. Raises NabError where the folder of nab.toml cannot be written to."""
    content = exposition.written(families.families(look(bench))).encode()
    files.replace_bytes(bench.paths.figures, content)
    folder = bench.config.settings.metrics.folder
    if not folder:
        return [bench.paths.figures]
    copy = Path(folder) / NAME
    try:
        if not copy.parent.is_dir():
            raise NotADirectoryError(0, "no such folder")
        files.replace_bytes(copy, content)
        copy.chmod(0o644)  # whatever our umask is: node_exporter is another user
    except OSError as error:
        raise NabError(
            f"{copy} cannot be written: {error.strerror}",
            hint="make the folder of metrics.folder ours to write to: docs/monitoring.md",
            exit_code=FAILED,
        ) from None
    return [bench.paths.figures, copy]


def look(bench: Bench) -> Monitored:
    """Gather what derived files say, and what is so now. The log itself is not read."""
    paths, settings = bench.paths, bench.config.settings
    runs = [*read_all(paths.runs, "*/run.json", RunFigures)]
    rounds = [*read_all(paths.rounds, "*.json", RoundFigures)]
    readable = [one for one in runs if one is not None]
    going_on = [one.run for one in readable if one.state != RunState.ENDED]
    samples = {run: watch.newest_sample(bench, run) for run in going_on}
    return Monitored(
        version=__version__,
        now=clock.now().timestamp(),
        log_seq=log_seq(bench),
        overview=read(paths.overview, Overview) or Overview(),
        runs=readable,
        rounds=sorted((one for one in rounds if one is not None), key=lambda one: one.round),
        unreadable=runs.count(None) + rounds.count(None),
        disks=[machine.disk("state", paths.root)],
        least_free_bytes=preflight.least_bytes(bench),
        alarms=[*alarms.told_before(paths.alarms)],
        health=alarms.last_look(bench),
        syncs=bool(settings.sync.remote),
        sync=lag.last(bench),
        samples={run: one for run, one in samples.items() if one is not None},
    )


def read_all(folder: Path, pattern: str, kind: type[T]) -> Iterator[T | None]:
    """Read derived files of a kind; None for one that cannot be."""
    for path in sorted(folder.glob(pattern)):
        yield read(path, kind)


def read(path: Path, kind: type[T]) -> T | None:
    """Read a derived file; None where it cannot be."""
    try:
        return files.read_json(path, kind)
    except (NabError, OSError):
        return None


def log_seq(bench: Bench) -> int | None:
    """Return the number of the newest event; None where the log cannot be read."""
    try:
        return bench.log.last_seq
    except NabError:
        return None
