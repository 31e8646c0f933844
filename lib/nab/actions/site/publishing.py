"""The site put where its host takes it from: only what changed, never more than the host takes, not too often."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from nab.actions.bench import Bench
from nab.actions.site import branches, building
from nab.core.errors import BUSY, FAILED, USAGE, NabError
from nab.core.text import times
from nab.core.text.counts import number_of
from nab.edges import clock
from nab.edges.files import files, locks
from nab.site.gates.sizes import HOSTS, Host, too_much
from nab.site.pages import status

EVERY = timedelta(minutes=10)  # a host builds no more than ten times an hour


def publish(bench: Bench, folder: str = "") -> str:
    """Bring a folder, or the branch of a remote, up to date with the site as it was built. Returns what was done.

    Raises NabError where nothing was built, there is no place for it, the host would not take it, the remote does not,
    or a file is not what was built.
    """
    target = None if bench.config.settings.publish.remote and not folder else place(bench, folder)
    host = HOSTS[bench.config.settings.publish.host]
    with locks.held(bench.paths.lock(building.LOCK), what="whoever builds the site", wait_seconds=300):
        source = bench.paths.site
        now = building.listed(source)
        if not now:
            raise NabError("no site was built", hint="make site", exit_code=FAILED)
        refuse_too_much(source, now, host)
        if target is None:
            return to_branch(bench, now, host)
        before = building.listed(target)
        changed = [path for path, digest in now.items() if before.get(path) != digest]
        gone = before.keys() - now.keys()
        if before and not is_due({*changed, *gone}, published(target)):
            return f"{target} has it already: no page changed"
        building.bring(target, changed, gone, lambda path, to: shutil.copyfile(source / path, to))
        files.replace_json(target / building.LIST, building.Listed(now))
    return f"{target}: {len(changed)} of {number_of(len(now), 'file')} changed; {host.name} takes it"


def to_branch(bench: Bench, now: dict[str, str], host: Host) -> str:
    """Bring the branch up to date. Returns what was done."""
    branch = branches.opened(bench)
    before, where = branch.listed(), f"branch {branch.name} of {branch.address}"
    changed = {path for path in {*now, *before} if now.get(path) != before.get(path)}
    if before and not is_due(changed, branch.published()):
        return f"{where} has it already: no page changed"
    branches.push(bench, branch, now)
    return f"{where}: {len(changed)} of {len(now)} files changed; {host.name} takes it"


def is_due(changed: set[str], last: datetime) -> bool:
    """Say whether any page changed since the last time. Raises NabError where that is too short ago."""
    if not changed - {status.PAGE, status.FILE}:
        return False
    if (since := clock.now() - last) < EVERY:
        left = (EVERY - since).total_seconds()
        raise NabError(
            f"published {since.total_seconds():.0f} s ago", hint=f"again in {left:.0f} s", exit_code=BUSY
        )
    return True


def place(bench: Bench, folder: str) -> Path:
    """Return where the site goes. Raises NabError where that is nowhere, or holds something else."""
    wanted = folder or bench.config.settings.publish.folder
    if not wanted:
        raise NabError(
            "nowhere to publish to",
            hint="make publish DIR=..., or publish.remote or publish.folder in nab.toml",
            exit_code=USAGE,
        )
    target = Path(wanted)
    strangers = [path for path in target.iterdir() if path.name != ".git"] if target.is_dir() else []
    if strangers and not (target / building.LIST).is_file():
        raise NabError(
            f"{target} holds something that is not the site: {strangers[0].name}",
            hint="name an empty folder, or a checkout of a branch that holds nothing else",
            exit_code=USAGE,
        )
    return target


def refuse_too_much(source: Path, now: dict[str, str], host: Host) -> None:
    """Raise NabError where the host would not take it."""
    sizes = {path: files.size(source / path) for path in now}
    found = [one.words for one in too_much(sizes, host)]
    if found:
        raise NabError(
            f"not published: {'; '.join(found)}", hint="docs/site.md, Publishing", exit_code=FAILED
        )


def published(target: Path) -> datetime:
    """Return when the folder was brought up to date last."""
    return times.of_seconds((target / building.LIST).stat().st_mtime)
