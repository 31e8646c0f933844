"""The site as a branch of a git remote, from which a host serves it: a commit each time that pages changed."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from nab.actions.bench import Bench
from nab.actions.site import building
from nab.core.errors import FAILED, USAGE, NabError
from nab.core.text import times
from nab.core.upkeep.sync.answers import Answer, Said
from nab.edges import clock
from nab.edges.git import push_access, repository
from nab.edges.git.remote import THEIRS, Remote

PUBLISHED = "refs/nab/published"  # what the remote took last
KEY = "pages"  # the name of its credential
SECONDS = 300.0
FILE = b"100644"


@dataclass(frozen=True)
class Branch:
    """The branch, as it was published last from here."""

    history: Path
    address: str
    name: str

    def listed(self) -> dict[str, str]:
        """Return the files that were published last, by their hashes; empty before the first time."""
        return self.files_of(PUBLISHED) if repository.head(self.history, PUBLISHED) else {}

    def files_of(self, commit: str) -> dict[str, str]:
        """Return the files of a commit, by their hashes. Raises NabError where it holds anything but a site."""
        if repository.git(self.history, "ls-tree", "--name-only", commit, building.LIST).stdout.strip():
            told = repository.git(self.history, "show", f"{commit}:{building.LIST}").stdout
            return msgspec.json.decode(told, type=building.Listed).files
        raise NabError(
            f"branch {self.name} of {self.address} holds something that is not the site",
            hint="name another publish.branch: this one is made by us alone",
            exit_code=USAGE,
        )

    def published(self) -> datetime:
        """Return when it was published last."""
        told = repository.git(self.history, "log", "-1", "--format=%ct", PUBLISHED).stdout
        return times.of_seconds(int(told))


def opened(bench: Bench) -> Branch:
    """Open the history that is pushed, and make it where it is not there."""
    settings = bench.config.settings.publish
    found = Branch(bench.paths.site_history, settings.remote, settings.branch)
    found.history.parent.mkdir(parents=True, exist_ok=True)
    repository.make(found.history, f"refs/heads/{found.name}")
    return found


def push(bench: Bench, branch: Branch, now: Mapping[str, str]) -> None:
    """Commit the site as it was built and push it, never by force.

    Raises NabError where the remote does not take it, the branch holds something else, or a file is not what was built.
    """
    with push_access.opened(bench.config, branch.address, KEY) as access:
        remote = Remote(branch.history, branch.address, branch.name, access)
        catch_up(branch, remote)
        commit = committed(bench, branch, now)
        said, _ = remote.push(commit, SECONDS)
        refuse(branch, said)
    repository.git(branch.history, "update-ref", PUBLISHED, commit)


def catch_up(branch: Branch, remote: Remote) -> None:
    """Take what the branch holds as published last, whoever did that: another machine, or we before we lost it."""
    said, there = remote.tip(SECONDS)
    refuse(branch, said)
    if there == repository.head(branch.history, PUBLISHED):
        return
    if there:
        said, there = remote.fetch(SECONDS)
        refuse(branch, said)
        branch.files_of(THEIRS)
        repository.git(branch.history, "update-ref", PUBLISHED, there)
    else:
        repository.git(branch.history, "update-ref", "-d", PUBLISHED)


def committed(bench: Bench, branch: Branch, now: Mapping[str, str]) -> str:
    """Commit what differs from what was published last. Returns the commit."""
    parent, before = repository.head(branch.history, PUBLISHED), branch.listed()
    own = f"refs/heads/{branch.name}"
    with tempfile.TemporaryFile(dir=branch.history) as stream:
        repository.begin(stream, parent, "site", int(clock.now().timestamp()))
        for path, digest in now.items():
            if before.get(path) != digest:
                repository.put(stream, path.encode(), FILE, content(bench.paths.site / path, digest))
        for path in before.keys() - now.keys():
            repository.drop(stream, path.encode())
        listing = msgspec.json.encode(building.Listed(dict(now)))
        repository.put(stream, building.LIST.encode(), FILE, listing)
        repository.record(branch.history, stream, SECONDS, own)
    return repository.head(branch.history, own)


def content(path: Path, digest: str) -> bytes:
    """Read a file of the site. Raises NabError where it is not what was built."""
    found = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(found).hexdigest() != digest:
        raise NabError(f"{path} is not what was built", hint="make site writes it again", exit_code=FAILED)
    return found


def refuse(branch: Branch, said: Said) -> None:
    """Raise NabError for every answer of the remote but that it took it."""
    if said.answer is not Answer.TAKEN:
        words = f": {said.words}" if said.words else ""
        raise NabError(
            f"not published, {branch.address}: {said.answer.value}{words}",
            hint=f"publish.remote, publish.branch, and the credential {KEY}.json (docs/site.md, Publishing)",
            exit_code=FAILED,
        )
