"""Keep a copy of the state at a git remote: one tick takes up what changed and pushes what waits."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from nab.actions.bench import Bench
from nab.actions.upkeep.sync import aside, mirror_index, state
from nab.actions.upkeep.sync.pieces import Pieces
from nab.actions.upkeep.sync.push import Pushing
from nab.actions.upkeep.sync.stage import Stage
from nab.core.errors import NabError
from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.sync.answers import Answer, Said
from nab.core.upkeep.sync.lag import Last
from nab.core.upkeep.sync.pieces import LOG, RESULTS
from nab.core.upkeep.sync.remotes import reached
from nab.edges import clock
from nab.edges.files import locks
from nab.edges.git import mirror, push_access, repository
from nab.edges.git.backlog import Backlog
from nab.edges.git.remote import Remote
from nab.edges.host import machine
from nab.edges.secrets import guarded, held_secrets
from nab.edges.secrets.guarded import GuardedJudge

TAKING_SECONDS, TIDY_SECONDS = 40.0, 30.0
MIB, GIB = 1 << 20, 1 << 30


@dataclass(frozen=True)
class SyncResult:
    """The result of one sync: what was staged or withheld, and what the remote answered (nothing on a dry run)."""

    stage: Stage
    last: Last | None = None
    said: Said | None = None
    arrived: int = 0

    def trouble(self) -> NabError | None:
        """Return what whoever started it must be told, the worse first."""
        found = [*self.stage.troubles]
        if self.said and self.last and (remote := state.trouble(self.said, self.last.remote)):
            found.append(remote)
        return found[0] if found else None


def tick(bench: Bench, *, dry_run: bool = False) -> SyncResult | None:
    """Take up what changed and push what waits; None where the sync is off.

    Raises NabError when it cannot look for secrets, or when another tick is at work.
    """
    settings = bench.config.settings.sync
    if not settings.remote:
        return None
    reached(settings.remote)
    with ExitStack() as held:
        held.enter_context(locks.held(bench.paths.sync / "lock", what="the sync"))
        if not dry_run:
            held.enter_context(state.failures_noted(bench))
        judge = held.enter_context(guarded.opened(scanner_of(bench), settings.max_file_mib * MIB))
        access = held.enter_context(push_access.opened(bench.config))
        remote = Remote(bench.paths.sync / "mirror.git", settings.remote, branch(bench), access)
        if not dry_run:
            mirror.make(remote.mirror)
        taking = begun(bench, remote.mirror, judge, dry=dry_run)
        return dry(taking) if dry_run else synced(taking, remote)


def dry(taking: Pieces) -> SyncResult:
    """Say what would go."""
    taking.take_core()
    taking.take_runs()
    taking.take_note()
    return SyncResult(taking.stage)


def synced(taking: Pieces, remote: Remote) -> SyncResult:
    """Take up and push the log and the results, then everything else, and note how far that came."""
    bench, stage = taking.bench, taking.stage
    before = state.last_noted(bench)
    taking.take_core()
    began = clock.monotonic()
    pushing = pushing_to(bench, remote, stage, before)
    said = pushing.push(ask=bool(before.error), only=LOG)
    if said.answer is Answer.TAKEN:
        said = pushing.push(only=RESULTS)
    left = pushing.pause()
    restore(taking, pushing)
    taking.until += clock.monotonic() - began
    taking.take_runs()
    taking.take_note()
    mirror_index.keep(bench.paths, stage.known)
    tidy(stage)
    if said.answer is Answer.TAKEN:
        pushing.go_on(left)
        said = pushing.push()
        restore(taking, pushing)
    asides = aside.note(bench, pushing)
    stage.troubles += [*pushing.troubles, *aside.troubles(pushing.taken_back)]
    return SyncResult(stage, state.noted(bench, stage, pushing, said, asides), said, pushing.arrived)


def restore(taking: Pieces, pushing: Pushing) -> None:
    """Know again of what was taken back only what is at the remote; the next tick takes it up again."""
    if lost := pushing.taken_back.keys() - taking.resting:
        paths, known = taking.bench.paths, taking.stage.known
        there = mirror_index.fresh(paths, taking.stage.mirror)
        for piece in lost:
            known.restore(piece, there)
        mirror_index.keep(paths, known)


def pushing_to(bench: Bench, remote: Remote, stage: Stage, before: Last) -> Pushing:
    """Begin to push."""
    settings = bench.config.settings.sync
    name = hashlib.sha256(f"{remote.address} {remote.branch}".encode()).hexdigest()[:12]
    most = settings.max_push_mib * MIB
    return Pushing(
        remote=remote,
        judge=stage.judge,
        backlog=Backlog(remote.mirror, f"refs/pushed/{name}"),
        batch_bytes=min(most, 2 * before.push_bytes or most),
        until=clock.monotonic() + settings.push_seconds,
        tell=bench.log.append,
    )


def scanner_of(bench: Bench) -> Scanner:
    """Make what looks for this machine's secrets. Raises NabError when one cannot be read."""
    secrets, public = held_secrets.held(bench.config), held_secrets.public(bench.config)
    return Scanner(secrets, public=public, harmless=bench.config.settings.sync.harmless)


def branch(bench: Bench) -> str:
    """Return the branch at the remote, which is this installation's alone."""
    return bench.config.settings.sync.branch or f"bench-{machine.name()}"


def begun(bench: Bench, folder: Path, judge: GuardedJudge, *, dry: bool) -> Pieces:
    """Begin to take up what changed, with what is known of the mirror."""
    settings, paths = bench.config.settings.sync, bench.paths
    bench.log.check()  # one that got shorter takes the place of nothing
    known = mirror_index.current(paths, folder)
    known.reconsider(mirror_index.judged_by(judge.scanner, settings))
    total = int(settings.max_total_gib * GIB)
    asides, until = aside.resting(bench), clock.monotonic() + TAKING_SECONDS
    stage = Stage(
        mirror=folder,
        log=bench.log,
        judge=judge,
        known=known,
        until=until,
        total_bytes=total,
        left_bytes=total - repository.size(folder),
        refused=frozenset(path.encode() for path in state.refused(bench)),
        asides=asides,
        dry=dry,
    )
    return Pieces(stage, bench, set(asides), until)


def tidy(stage: Stage) -> None:
    """Join what has come in small packs; that it cannot be done in time stops nothing else."""
    try:
        repository.tidy(stage.mirror, TIDY_SECONDS)
    except NabError as error:
        stage.troubles.append(error)
