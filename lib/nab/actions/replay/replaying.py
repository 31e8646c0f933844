"""make replay ENTRANT=: which run is meant, whether it may be replayed, what leaked to it; its firings written down."""

from __future__ import annotations

import click

from nab.actions.bench import Bench
from nab.actions.disks import preflight, run_disks
from nab.actions.replay import evidence, firing, predictions
from nab.actions.runs import tracks
from nab.actions.windows import submit
from nab.core.errors import BUSY, FAILED, NabError
from nab.core.facts import LeakFound, ReplayFired
from nab.core.replay import eligibility, leaks
from nab.core.replay.told import told
from nab.core.runs.runs import Run, unfinished
from nab.edges import clock
from nab.edges.files import locks
from nab.edges.untrusted import descriptors
from nab.paths import SUBMIT
from nab.tournament.replay import scoring
from nab.tournament.replay.cutting import CutFolder

PREDICTIONS = "predictions.parquet"
DUTY = "the replay track"


def fire(bench: Bench, entrant: str) -> ReplayFired:
    """Fire an entrant's frozen artifact on every sealed era. Raises NabError where that is refused, with the reason."""
    with locks.held(bench.paths.lock("replay"), what=DUTY):
        folder = served(bench)
        cut = folder.about()
        run = chosen(bench, entrant, cut.hash)
        paths = bench.run(run.name)
        preflight.check(bench)
        with locks.held(paths.lock(SUBMIT), what=f"submit.sh of {run.entrant}"):
            run_disks.attach(paths)
            script = descriptors.fingerprint(paths.workspace, submit.SCRIPT.encode()) or ""
            if why := eligibility.changed(run, script):
                raise NabError(f"{run.name} is not replayed: {why}", exit_code=FAILED)
            leaked, unread = looked_into(bench, run, folder)
            began = clock.monotonic()
            click.echo(f"{run.name}: {len(cut.eras)} sealed eras, one firing each ...")
            rounds, failed = firing.on_sealed_eras(bench, run, cut)
            found = predictions.uploaded(bench.paths.tournament, folder, run.intended.model_id, rounds)
            missed = {era: failed.get(era, "nothing was uploaded") for era in cut.eras if era not in found}
            fact = ReplayFired(
                cut=cut.hash,
                first=cut.first,
                last=cut.last,
                eras=tuple(sorted(found)),
                missed=missed,
                leaks=leaked,
                unread=unread,
                sha256=predictions.keep(paths.replay / PREDICTIONS, found),
                seconds=round(clock.monotonic() - began, 1),
            )
        bench.log.append(fact, entrant=run.entrant, run=run.name, id=f"{run.name}:replayed:{cut.hash[:16]}")
    return fact


def served(bench: Bench) -> CutFolder:
    """Return the cut that is served. Raises NabError where none is."""
    found = tracks.served(bench)
    for path in sorted((bench.paths.tournament / "replay").glob("cut-*")):
        folder = CutFolder(path)
        if not path.name.endswith(".unfinished") and folder.about().hash == found["cut"]:
            return folder
    raise NabError("the cut that is served is not in this state folder", hint="the same STATE= for both")


def chosen(bench: Bench, entrant: str, cut: str) -> Run:
    """Return the newest run of an entrant that may be replayed. Raises NabError with the reason of the newest."""
    if going_on := unfinished(bench.runs()):
        raise NabError(
            f"{going_on[0].name} goes on, and would be served sealed eras", hint="make stop", exit_code=BUSY
        )
    runs = [run for run in bench.runs().values() if run.entrant == entrant]
    if not runs:
        known = sorted({run.entrant for run in bench.runs().values() if run.intended.track})
        raise NabError(
            f"{entrant or 'no entrant'} has no run here",
            hint=f"on the replay track: {', '.join(known) or 'nobody'}",
        )
    fit = [run for run in runs if not eligibility.refusal(run, cut)]
    if not fit:
        newest = runs[-1]
        raise NabError(f"{newest.name} is not replayed: {eligibility.refusal(newest, cut)}", exit_code=FAILED)
    if fit[-1].name in told(bench.log.events()).of_cut(cut):
        raise NabError(
            f"{fit[-1].name} was fired on these sealed eras", hint="once is all; make replay LOOK=1"
        )
    return fit[-1]


def looked_into(bench: Bench, run: Run, folder: CutFolder) -> tuple[tuple[LeakFound, ...], tuple[str, ...]]:
    """Look for leaks in what a run was served and kept: before the first firing, which brings live files of its own."""
    cut, paths = folder.about(), bench.run(run.name)
    sealed = {id for rows in scoring.truth_of(folder).values() for id in rows.index}
    found, unread = leaks.of_served(cut, evidence.served(paths)), list[str]()
    for place in (paths.workspace, paths.home):
        if descriptors.is_there(place):
            kept = evidence.kept(place, sealed)
            found += leaks.of_tables(cut, kept.tables)
            unread += kept.unread
    return tuple(LeakFound(one.way.value, one.where, one.why) for one in found), tuple(unread)
