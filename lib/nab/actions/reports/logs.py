"""What an entrant's service and its newest run printed: the journal, under systemd, and its own files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from nab.actions.bench import Bench
from nab.core.errors import FAILED, NabError
from nab.core.text import names, terminal
from nab.core.text.names import Choice
from nab.edges import clock, process
from nab.edges.docker import engine_host
from nab.edges.files import compressed
from nab.edges.untrusted import tails

LOOK_SECONDS = 1.0
MOST_BYTES = 4 << 20  # of a file are looked through for its last lines
ANSWER_SECONDS = 30.0
CURSOR = "-- cursor: "
STARTED = "????-??-??T??????Z"


class Journal:
    """The journal of an entrant's service, and how far it was shown."""

    def __init__(self, entrant: str) -> None:
        self.unit, self.cursor = f"nab-entrant@{entrant}", ""
        self.title = f"journal of {self.unit}"

    def last(self, lines: int) -> list[str]:
        """Return its last lines. Raises NabError where it cannot be read."""
        return self.ask("--lines", str(lines))

    def news(self) -> list[str]:
        """Return what has come since."""
        return self.ask("--after-cursor", self.cursor) if self.cursor else self.last(0)

    def ask(self, *words: str) -> list[str]:
        options = ("--no-pager", "--quiet", "--output", "short-iso", "--show-cursor", "--unit", self.unit)
        ended = process.run("journalctl", *options, *words, check=False, timeout=ANSWER_SECONDS)
        if ended.exit_code != 0:
            said = terminal.one_line(ended.stderr.strip())[:200] or f"exit code {ended.exit_code}"
            raise NabError(
                f"the journal cannot be read: {said}",
                hint="as root, or as a member of the group systemd-journal",
                exit_code=FAILED,
            )
        told = ended.stdout.splitlines()
        for line in told[-1:]:
            if line.startswith(CURSOR):
                self.cursor = line.removeprefix(CURSOR)
                return told[:-1]
        return told


class Tail:
    """A file of ours that grows, and how far it was shown. It may not be there yet, or rest compressed."""

    def __init__(self, path: Path, what: str) -> None:
        self.path, self.place, self.begun = path, 0, b""
        self.title = f"{path}: {what}"

    def last(self, lines: int) -> list[str]:
        """Return its last whole lines."""
        try:
            self.place = max(0, compressed.size(self.path) - MOST_BYTES)
        except OSError:
            self.place = 0
        found = self.news()
        return found[-lines:] if lines else []

    def news(self) -> list[str]:
        """Return the lines that have become whole since."""
        content = b"".join(tails.grown(self.path, self.place))
        self.place += len(content)
        *whole, self.begun = (self.begun + content).split(b"\n")
        return [line.decode(errors="replace") for line in whole]


def show(bench: Bench, entrant: str, lines: int, *, follow: bool) -> None:
    """Print it, and what comes after it until we are stopped. Raises NabError for no entrant of this bench."""
    known(bench, entrant)
    journal = [Journal(entrant)] if engine_host.is_systemd() else []
    run = newest_run(bench, entrant)
    if not journal and not run:
        hint = f"make run {names.choice(Choice('', '', ''), entrant).words}"
        raise NabError(f"{entrant} has not run yet", hint=hint, exit_code=FAILED)
    sources: list[Journal | Tail] = [*journal, *files_of(bench, run)]
    for one in sources:
        echo(one.title, one.last(lines))
    while follow:
        clock.pause(LOOK_SECONDS)
        if (newest := newest_run(bench, entrant)) != run:
            run, sources = newest, [*journal, *files_of(bench, newest)]
        for one in sources:
            if news := one.news():
                echo(one.title, news)


def known(bench: Bench, entrant: str) -> None:
    """Raise NabError unless it is in nab.toml or has run."""
    if not entrant:
        raise NabError("whose log? ENTRANT is missing", hint="make logs ENTRANT=codex-l4; FOLLOW=1 goes on")
    names.choice(Choice("", "", ""), entrant)
    there = [one.name for one in bench.config.settings.entrants]
    if entrant not in there and not newest_run(bench, entrant):
        raise NabError(
            f"no entrant {entrant} in nab.toml, and none has run", hint=f"there: {', '.join(there)}"
        )


def newest_run(bench: Bench, entrant: str) -> str:
    """Name its newest run by the folders, without the log, which may be what is wrong; empty where there is none."""
    found = (path.name for path in bench.paths.runs.glob(f"{STARTED}-{entrant}"))
    return max(found, default="")


def files_of(bench: Bench, run: str) -> Iterator[Tail]:
    """Yield what there is of a run's own files: of the agent's program only once its end is on record."""
    if run:
        paths = bench.run(run)
        yield Tail(paths.log, "what the harness printed")
        yield Tail(paths.output, "what the agent's program printed, once the run is over")


def echo(title: str, lines: Sequence[str]) -> None:
    """Print lines under a heading; nothing in them can drive a terminal."""
    click.echo(f"==> {title} <==")
    for line in lines:
        click.echo(terminal.one_line(line))
