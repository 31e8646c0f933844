"""What agents had Numerai score of their validation predictions: seen by their proxies, and asked of Numerai."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import click
import msgspec

from nab.actions.bench import Bench
from nab.core.facts import DiagnosticsSeen
from nab.core.log.events import Draft
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call
from nab.core.runs.runs import Run
from nab.core.scores import diagnostics
from nab.core.scores.diagnostics import DIAGNOSED, DiagnosedFile
from nab.core.text import times
from nab.core.text.tables import table
from nab.edges import failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files, records
from nab.edges.numerai.api import Diagnosed, Numerai, Unanswered

OPEN = {"queued", "running"}


class Scan(msgspec.Struct):
    """What was read of a run's record of calls: how far, the files that were put, and how many were diagnosed."""

    upto: int = 0
    diagnosed: int = 0
    files: dict[str, str] = {}


def scan(bench: Bench, run: str) -> Scan:
    """Read what is new in a run's record of calls. What it is about is kept beside it, and can be made again."""
    paths = bench.run(run)
    try:
        known = msgspec.json.decode(paths.scan.read_bytes(), type=Scan)
    except (OSError, msgspec.MsgspecError):
        known = Scan()
    before = known.upto
    for place, line in records.lines_after(paths.http, known.upto):
        known.upto = place + len(line) + 1
        if lines.DIAGNOSTICS.matches(line):
            read(known, line)
    if known.upto != before:
        files.replace_bytes(paths.scan, msgspec.json.encode(known))
        failpoints.reach(Failpoint.SCAN_KEPT)
    return known


def read(known: Scan, line: bytes) -> None:
    """Read a line that tells of a file or of a diagnosis."""
    if (call := lines.decode(line, Call)) is None:
        return
    if call.upload_sha256:
        known.files[PurePosixPath(call.path).name] = call.upload_sha256
    if call.graphql and call.denied is None and "createDiagnostics" in call.graphql.fields:
        known.diagnosed += 1


def fetch(bench: Bench, numerai: Numerai) -> int:
    """Keep what is new of every run whose agent had something diagnosed. Returns how many."""
    fresh = 0
    known = newest(bench)
    for run in bench.standings().runs.values():
        found = scan(bench, run.name)
        of_run = [fact for (name, _), fact in known.items() if name == run.name]
        if len(of_run) >= found.diagnosed and not any(fact.status in OPEN for fact in of_run):
            continue
        try:
            told = numerai.diagnostics(run.intended.model_id)
        except Unanswered as error:
            click.echo(f"nab: diagnostics of {run.entrant}: {error.message}", err=True)
            continue
        fresh += keep(bench, run, [fact(one, found) for one in told if one.filename in found.files])
    return fresh


def newest(bench: Bench) -> dict[tuple[str, str], DiagnosticsSeen]:
    """Return what is known, by run and diagnostics."""
    return {
        (event.run or "", seen.diagnostics): seen
        for event in bench.log.events()
        if event.kind == DIAGNOSED and isinstance(seen := event.fact, DiagnosticsSeen)
    }


def keep(bench: Bench, run: Run, told: list[DiagnosticsSeen]) -> int:
    """Keep what is new or has changed."""
    known = newest(bench)
    drafts = [
        Draft(fact=one, entrant=run.entrant, run=run.name, valid=times.parse(one.inserted_at))
        for one in sorted(told, key=lambda one: one.inserted_at)
        if known.get((run.name, one.diagnostics)) != one
    ]
    if drafts:
        bench.log.append_all(drafts)
    return len(drafts)


def fact(one: Diagnosed, found: Scan) -> DiagnosticsSeen:
    """Turn what Numerai tells into a fact."""
    metrics = {
        name: value
        for name, value in msgspec.to_builtins(one).items()
        if name.startswith("validation") and value is not None
    }
    return DiagnosticsSeen(
        diagnostics=one.id,
        filename=one.filename,
        inserted_at=times.text(one.inserted_at),
        status=one.status,
        sha256=found.files.get(one.filename, ""),
        message=one.message or "",
        metrics=metrics,
    )


def told(bench: Bench) -> list[DiagnosedFile]:
    """Return all that is known, with the submissions that followed."""
    hashes: dict[str, str] = {}
    for run in bench.standings().runs:
        hashes |= scan(bench, run).files
    return diagnostics.candidates(bench.log.events(), hashes)


def as_values(found: list[DiagnosedFile]) -> list[dict[str, Any]]:
    """Write it for programs."""
    return [
        {"entrant": one.entrant, **msgspec.to_builtins(one.seen), "became": one.became, "how": one.how}
        for one in found
    ]


def show(found: list[DiagnosedFile]) -> str:
    """Write it for a person."""
    if not found:
        return (
            "no agent has had anything diagnosed, as far as make tick and scripts/fetch_scores.py have seen"
        )
    titles = ("at", "entrant", "file (SHA-256)", "status", "CORR", "BMC", "followed by")
    return table(titles, [cells(one) for one in found])


def cells(one: DiagnosedFile) -> tuple[str, ...]:
    """Write one in a row."""
    seen = one.seen
    means = [seen.metrics.get(f"validation{name}Mean") for name in ("Corr", "Bmc")]
    followed = f"{one.became} ({one.how})" if one.became else ""
    return (
        seen.inserted_at[:19].replace("T", " "),
        one.entrant,
        seen.sha256[:12],
        seen.status,
        *("" if mean is None else f"{mean:+.4f}" for mean in means),
        followed,
    )
