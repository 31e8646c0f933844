"""Keep a copy of the state at a git remote: one tick takes up what changed and pushes what waits."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from nab.actions.bench import Bench
from nab.actions.upkeep.sync import mirror_index, sources, state
from nab.actions.upkeep.sync.files import Taking
from nab.actions.upkeep.sync.push import Pushing
from nab.actions.upkeep.sync.stage import Stage
from nab.actions.upkeep.sync.workspaces import Workspaces
from nab.core.errors import NabError
from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import Judge
from nab.core.upkeep.sync import selection
from nab.core.upkeep.sync.answers import Said
from nab.core.upkeep.sync.lag import Last
from nab.core.upkeep.sync.mirror_index import Held, blob_id
from nab.core.upkeep.sync.readme import README
from nab.core.upkeep.sync.remotes import reached
from nab.edges import clock
from nab.edges.files import locks
from nab.edges.git import mirror, push_access, repository
from nab.edges.git.remote import Remote
from nab.edges.host import machine
from nab.edges.secrets import held_secrets

TAKING_SECONDS, TIDY_SECONDS = 40.0, 30.0
MIB, GIB = 1 << 20, 1 << 30


@dataclass(frozen=True)
class SyncResult:
    """What a tick did: what it took up and what stays here, and what the remote said; nothing of that when dry."""

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
        scanner = scanner_of(bench)
        access = held.enter_context(push_access.opened(bench.config))
        remote = Remote(bench.paths.sync / "mirror.git", settings.remote, branch(bench), access)
        if dry_run:
            return SyncResult(taken(bench, remote.mirror, scanner, dry=True))
        mirror.make(remote.mirror)
        return pushed(bench, remote, taken(bench, remote.mirror, scanner, dry=False))


def pushed(bench: Bench, remote: Remote, stage: Stage) -> SyncResult:
    """Push what waits, and note how far that came."""
    settings, before = bench.config.settings.sync, state.last_noted(bench)
    name = hashlib.sha256(f"{remote.address} {remote.branch}".encode()).hexdigest()[:12]
    most = settings.max_push_mib * MIB
    pushing = Pushing(
        remote=remote,
        judge=stage.judge,
        noted=f"refs/pushed/{name}",
        batch_bytes=min(most, 2 * before.push_bytes or most),
        until=clock.monotonic() + settings.push_seconds,
        tell=bench.log.append,
    )
    said = pushing.push(ask=bool(before.error))
    return SyncResult(stage, state.noted(bench, stage, pushing, said, before), said, pushing.arrived)


def scanner_of(bench: Bench) -> Scanner:
    """Make what looks for this machine's secrets. Raises NabError when one cannot be read."""
    secrets, public = held_secrets.held(bench.config), held_secrets.public(bench.config)
    return Scanner(secrets, public=public, harmless=bench.config.settings.sync.harmless)


def branch(bench: Bench) -> str:
    """Return the branch at the remote, which is this installation's alone."""
    return bench.config.settings.sync.branch or f"bench-{machine.name()}"


def taken(bench: Bench, folder: Path, scanner: Scanner, *, dry: bool) -> Stage:
    """Take up what changed: what matters most first, then the workspaces, then the long records."""
    settings, paths = bench.config.settings.sync, bench.paths
    bench.log.check()  # one that got shorter takes the place of nothing
    known = mirror_index.current(paths, folder)
    known.reconsider(mirror_index.judged_by(scanner, settings))
    total = int(settings.max_total_gib * GIB)
    stage = Stage(
        mirror=folder,
        log=bench.log,
        judge=Judge(scanner, settings.max_file_mib * MIB),
        known=known,
        until=clock.monotonic() + TAKING_SECONDS,
        total_bytes=total,
        left_bytes=total - repository.size(folder),
        refused=frozenset(path.encode() for path in state.refused(bench)),
        dry=dry,
    )
    take_everything(stage, bench)
    if not dry:
        mirror_index.keep(paths, known)
        tidy(stage)
    return stage


def tidy(stage: Stage) -> None:
    """Join what has come in small packs; that it cannot be done in time stops nothing else."""
    try:
        repository.tidy(stage.mirror, TIDY_SECONDS)
    except NabError as error:
        stage.troubles.append(error)


def take_everything(stage: Stage, bench: Bench) -> None:
    """Take up all that changed, as far as the time allows."""
    settings, paths = bench.config.settings.sync, bench.paths
    everything = sources.found(paths, settings.runs)
    files_taken = Taking(stage, paths, settings.max_record_mib * MIB)
    core = [one for one in everything if selection.is_core(one.path)]
    explain(stage)
    files_taken.take(core)
    stage.flush()
    Workspaces(stage, paths).take(sources.runs(paths, settings.runs))
    files_taken.take(everything[len(core) :])
    if not stage.unfinished:
        stage.known.forget_stale()
    stage.flush()


def explain(stage: Stage) -> None:
    """Put the note for whoever finds the repository into it."""
    blob = blob_id(README)
    if stage.known.files.get(selection.README, Held()).blob != blob and not stage.put(
        selection.README, README
    ):
        stage.known.files[selection.README] = Held(end=len(README), blob=blob)
