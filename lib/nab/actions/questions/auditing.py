"""Show the cases of a detector to a person, one key a verdict, and append what was decided to its audit file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import msgspec

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.text import terminal, times
from nab.edges import clock
from nab.edges.files import files
from nab.results.detectors import audit, proposals
from nab.results.detectors.audit import Case
from nab.results.detectors.records import Run

YES, NO, SKIP, QUIT = "y", "n", "s", "q"
HELP = "y: it is one, n: it is none, s: skip, q: end"


def folder(repository: Path) -> Path:
    """Return where audit files are; they are in git."""
    return repository / "results" / "audit"


def cases(repository: Path, detector: str) -> list[Case]:
    """Return the labelled cases of a detector; none where nobody has labelled any."""
    path = folder(repository) / f"{detector}.jsonl"
    return audit.read(path.read_bytes().splitlines(), path.name) if path.is_file() else []


def told(repository: Path) -> str:
    """Say how good every detector is."""
    return "\n".join(audit.performance(name, cases(repository, name)).words for name in audit.VERSIONS)


def ask(bench: Bench, detector: str, runs: Iterator[Run], key: Callable[[str], str], by: str) -> int:
    """Show what a detector found, and left, in runs; append each verdict at once. Returns how many were given.

    Raises NabError for a detector that there is not, or that has no form of case.
    """
    name = audit.named(detector)
    if name not in audit.DECIDES:
        raise NabError(
            f"{name} has no cases of its own: it is experimental", hint="DETECTOR=" + ", ".join(audit.DECIDES)
        )
    path = folder(bench.config.repository) / f"{name}.jsonl"
    known = {one.id for one in cases(bench.config.repository, name)}
    given = 0
    for run in runs:
        scripted = bench.runs()[run.run].intended.scripted
        for proposed in proposals.of_run(name, run):
            id = sha256(msgspec.json.encode(proposed, order="deterministic")).hexdigest()[:16]
            if id in known:
                continue
            known.add(id)
            pressed = verdict(key, shown(run, proposed))
            if pressed == QUIT:
                return given
            if pressed != SKIP:
                case = Case(
                    label=pressed == YES,
                    source="scripted" if scripted else "real",
                    case=proposed,
                    by=by,
                    at=times.text(clock.now()),
                    id=id,
                )
                files.make_folder(path.parent)
                files.append_line(path, msgspec.json.encode(case))
                given += 1
    return given


def shown(run: Run, proposed: dict[str, object]) -> str:
    """Write a case for a person: an agent's bytes, which can only stand there."""
    return "\n".join(
        [
            f"-- {run.run}",
            *(f"{name}: {terminal.one_line(str(value))}" for name, value in proposed.items()),
            HELP,
        ]
    )


def verdict(key: Callable[[str], str], text: str) -> str:
    """Ask until a key is one of the four."""
    while (pressed := key(text)) not in (YES, NO, SKIP, QUIT):
        text = HELP
    return pressed
