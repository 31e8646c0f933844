"""Build a release from the last commit: one tarball, and the same bytes for the same commit and packages."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from nab import __version__
from nab.actions.releases import wheelhouse
from nab.core.errors import NabError
from nab.core.releases import manifest
from nab.core.releases.manifest import Manifest
from nab.core.text import times
from nab.edges import process
from nab.edges.files import files, tarballs
from nab.edges.host import machine
from nab.edges.host.progress import step

ON_HOST = "nab-release"
PARTS = (
    "scripts",
    "images",
    "systemd",
    "docs",
    "requirements.lock",
    "nab.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
)


@dataclass(frozen=True)
class Release:
    """A release as it was built."""

    id: str
    tarball: Path
    sha256: str
    python: str
    bytes: int


@dataclass(frozen=True)
class Commit:
    """The commit that it is built from; `dirty` where the checkout has changes that are in none, which stay out."""

    id: str
    at: datetime
    dirty: bool


def build(repository: Path, into: Path, python: str = "", *, dirty: bool = False) -> Release:
    """Build the release of the last commit for a version of Python, ours by default.

    Raises NabError where the checkout has changes that are in no commit, unless they may be left out.
    """
    python, commit = wheelhouse.known(python), last_commit(repository)
    if commit.dirty and not dirty:
        raise NabError(
            "the checkout has changes that are in no commit, and a release is made of a commit",
            hint="git commit, or DIRTY=1 leaves them out and says so in the release's name",
        )
    with TemporaryDirectory(prefix="nab-release-") as work:
        source, stage = Path(work) / "source", Path(work) / "stage"
        tarballs.unpack(archived(repository, commit), source)
        with step("building the wheel"):
            wheel(source, stage, commit)
        with step(f"fetching the packages for Python {python}"):
            wheelhouse.fill(stage / "wheelhouse", source / "requirements.lock", python)
        for part in PARTS:
            copy(source / part, stage / part)
        copy(source / "ansible/files" / ON_HOST, stage / ON_HOST)
        return packed(stage, into, commit, python)


def last_commit(repository: Path) -> Commit:
    """Ask git for the last commit of a checkout. Raises NabError where there is none."""
    told = process.run("git", "-C", str(repository), "log", "-1", "--format=%H %cI").stdout.split()
    changed = process.run(
        "git", "-C", str(repository), "status", "--porcelain", "--untracked-files=no"
    ).stdout
    return Commit(told[0], times.parse(told[1]), bool(changed.strip()))


def archived(repository: Path, commit: Commit) -> bytes:
    """Return the files of a commit as git archives them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "source.tar"
        process.run("git", "-C", str(repository), "archive", f"--output={path}", commit.id)
        return path.read_bytes()


def wheel(source: Path, into: Path, commit: Commit) -> None:
    """Build our own wheel; its times are the commit's."""
    words = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    at = str(int(commit.at.timestamp()))
    process.run(sys.executable, *words, "--wheel-dir", str(into), str(source), env={"SOURCE_DATE_EPOCH": at})
    shutil.rmtree(source / "build", ignore_errors=True)


def copy(source: Path, into: Path) -> None:
    """Copy a part of the source: a folder, or one file."""
    if source.is_dir():
        shutil.copytree(source, into)
    else:
        shutil.copy(source, into)


def packed(stage: Path, into: Path, commit: Commit, python: str) -> Release:
    """Write the manifest and the tarball; the manifest is the first file in it."""
    names = sorted(files_below(stage))
    told = Manifest(
        id=manifest.release_id(__version__, commit.id, dirty=commit.dirty),
        version=__version__,
        commit=commit.id,
        time=times.text(commit.at),
        python=python,
        machine=machine.architecture(),
        files={name: files.sha256(stage / name) for name in names},
    )
    (stage / manifest.NAME).write_bytes(manifest.written(told))
    tarball = into / f"nab-{told.id}-py{python}.tar.gz"
    with step("packing"):
        sha256 = tarballs.pack(tarball, stage, [manifest.NAME, *names], commit.at)
    return Release(told.id, tarball, sha256, python, tarball.stat().st_size)


def files_below(folder: Path) -> Iterator[str]:
    """Name the files of a folder; a link among them would be none of ours."""
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise NabError(
                f"{path.relative_to(folder)} is a link, and a release has none", hint="make it a file"
            )
        if path.is_file():
            yield path.relative_to(folder).as_posix()
