"""What an agent wrote, as the history of its workspace has it: its files at a time, and what changed between two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.recording.workspace import paths
from nab.core.text import terminal, times
from nab.core.text.counts import number_of
from nab.core.text.tables import Report, Table
from nab.core.upkeep import disks
from nab.edges.git import objects, repository

COMMIT = re.compile(r"[0-9a-f]{6,64}")
DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-prefix")


class Version(NamedTuple):
    """A commit of a history and when it was made; the empty tree has no time."""

    id: str
    at: str


class WrittenFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that an agent wrote."""

    path: str
    bytes: int
    sha1: str  # git's own id of the content


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a run's workspace as of a commit."""

    run: str
    commit: str
    at: str
    files: tuple[WrittenFile, ...]


def told(bench: Bench, run: str, at: str) -> Written:
    """Return the files as of a time or a commit, the newest without one. Raises NabError where nothing is kept."""
    name, history, made = opened(bench, run)
    version = found(made, at)
    files = (
        WrittenFile(path=shown(one.path), bytes=one.size, sha1=one.blob)
        for one in objects.entries(history, version.id)
        if not one.path.startswith(paths.OURS + b"/") or one.path.startswith(paths.OURS + b"/" + paths.AGENTS)
    )
    return Written(run=name, commit=version.id, at=version.at, files=tuple(files))


def show(written: Written) -> Report:
    """Write them for a person."""
    size = disks.gib(sum(one.bytes for one in written.files))
    head = (
        f"{number_of(len(written.files), 'file')} ({size}) of {written.run}, "
        f"as of {written.at} (commit {written.commit[:12]})"
    )
    rows = [(f"{one.bytes:,}", one.path) for one in written.files]
    return [
        head,
        Table(("bytes", "file"), rows),
        "make diff RUN= shows what changed; AT= asks for an earlier time",
    ]


def difference(bench: Bench, run: str, since: str, at: str, file: str) -> Iterator[str]:
    """Yield what changed from a time or a commit on, from the beginning without one, up to another, line by line.

    Raises NabError, before the first, where nothing is kept.
    """
    name, history, made = opened(bench, run)
    old = found(made, since) if since else Version(objects.EMPTY_TREE, "")
    new = found(made, at)
    if file and (file.startswith(("/", ":")) or ".." in Path(file).parts):
        raise NabError(f"{file!r} is not a file of a workspace", hint="make files RUN= lists them")
    only = (
        ("--", paths.marked(file.encode()).decode()) if file else ("--", ".", ":(exclude).nab/left-out.jsonl")
    )
    began = f"from {old.at}" if old.at else "from the beginning"
    head = f"{name}: {began} to {new.at}"
    return lines(head, history, (*DIFF, old.id, new.id, *only))


def lines(head: str, history: Path, words: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a difference."""
    yield head
    with objects.printed(history, *words) as said:
        for line in said:
            yield terminal.one_line(line.rstrip(b"\r\n").decode(errors="replace"))


def opened(bench: Bench, run: str) -> tuple[str, Path, list[Version]]:
    """Return a run's name, its history, and the commits of that, oldest first."""
    name = bench.run_named(run).name
    history = bench.run(name).history
    head = repository.head(history)
    if not head:
        raise NabError(f"no file of {name} is kept yet", hint="make show says what is kept of a run")
    made = [
        Version(commit, times.text(times.of_seconds(seconds)))
        for commit, seconds in objects.commits(history, "", head)
    ]
    return name, history, made


def found(made: list[Version], asked: str) -> Version:
    """Return the version of a time or a commit, the newest without one. Raises NabError for none."""
    if not asked:
        return made[-1]
    if COMMIT.fullmatch(asked) and (fit := [one for one in made if one.id.startswith(asked)]):
        return fit[0]
    limit = instant(asked)
    before = [one for one in made if one.at <= limit]
    if not before:
        raise NabError(f"nothing was kept by {limit}", hint=f"the first version is of {made[0].at}")
    return before[-1]


def instant(written: str) -> str:
    """Read a time as a person writes it, local where it names no zone. Raises NabError for none."""
    try:
        return times.text(datetime.fromisoformat(written).astimezone(UTC))
    except (ValueError, OverflowError):
        hint = (
            "a commit of make files, or a time: 2026-05-16T13:02:07Z, or 2026-05-16 15:02 as your clock says"
        )
        raise NabError(f"AT {written!r} is no time", hint=hint) from None


def shown(path: bytes) -> str:
    """Write a path as a person and a program can read it."""
    return terminal.one_line(paths.unmarked(path).decode(errors="backslashreplace"))
