"""What agents had Numerai score of their validation predictions: seen by their proxies, and asked of Numerai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import click
import msgspec
from msgspec import structs

from nab.actions.bench import Bench
from nab.core.errors import BUSY, NabError
from nab.core.facts import DiagnosticsSeen
from nab.core.log.events import Draft
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call
from nab.core.runs.runs import Run
from nab.core.scores import diagnosis
from nab.core.scores.diagnostics import DIAGNOSED
from nab.core.text import times
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files, hashed, locks, records
from nab.edges.numerai.api import Diagnosed, Numerai, Unanswered

WAIT_SECONDS = 30.0
MOST_WHOLE = 20  # whole answers in one look: Numerai lets an address ask 50 times a minute, agents among them
MOST_BYTES = 8 << 20  # of one whole answer: 620 eras take a third of a megabyte
MOST_OF_A_MESSAGE = 2000  # characters


class Scan(msgspec.Struct):
    """What was read of a run's record of calls: how far, the files that were put, how many were diagnosed.

    And when the last one was handed in; a scan that older code kept does not say, and is made anew.
    """

    upto: int = 0
    diagnosed: int = 0
    handed_in: str = ""
    files: dict[str, str] = {}


def scan(bench: Bench, run: str) -> Scan:
    """Read what is new in a run's record of calls. What it is about is kept beside it, and can be made again."""
    paths = bench.run(run)
    try:
        known = msgspec.json.decode(paths.scan.read_bytes(), type=Scan)
    except (OSError, msgspec.MsgspecError):
        known = Scan()
    if known.diagnosed and not known.handed_in:
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
        known.handed_in = max(known.handed_in, call.time)


def fetch(bench: Bench, numerai: Numerai, *, lately: bool = False) -> int:
    """Keep what is new of every run whose agent had something diagnosed. Returns how many.

    `lately`: only of those that handed in a file within the last hour. While another program asks it is left to that.
    """
    try:
        with locks.held(
            bench.paths.lock("diagnostics"), what="what asks for diagnoses", wait_seconds=WAIT_SECONDS
        ):
            return fetch_alone(bench, Look(bench, numerai), lately=lately)
    except NabError as error:
        if error.exit_code != BUSY:
            raise
        click.echo(f"nab: diagnostics: {error.message}", err=True)
        return 0


def fetch_alone(bench: Bench, look: Look, *, lately: bool) -> int:
    """Ask for each run that it is time to ask for. One silence leaves the others theirs."""
    known, fresh = newest(bench), 0
    for run in bench.standings().runs.values():
        found = scan(bench, run.name)
        of_run = {id: fact for (name, id), fact in known.items() if name == run.name}
        if not diagnosis.is_due(
            found.diagnosed, found.handed_in, of_run.values(), clock.now(), lately=lately
        ):
            continue
        try:
            told = look.ask(run, found, of_run)
        except Unanswered as error:
            click.echo(f"nab: diagnostics of {run.entrant}: {error.message}", err=True)
            continue
        fresh += keep(bench, run, told, of_run)
    return fresh


@dataclass
class Look:
    """One look at what became of agents' files, which asks for so many whole answers at most."""

    bench: Bench
    numerai: Numerai
    left: int = field(default_factory=lambda: MOST_WHOLE)

    def ask(self, run: Run, found: Scan, known: Mapping[str, DiagnosticsSeen]) -> list[DiagnosticsSeen]:
        """Ask what became of a run's files: for all together, and for the whole of what is done. Raises Unanswered."""
        told = self.numerai.diagnostics(run.intended.model_id)
        ours = [one for one in told if one.filename in found.files]
        return [self.seen(run, one, found, known.get(one.id)) for one in ours]

    def seen(self, run: Run, one: Diagnosed, found: Scan, before: DiagnosticsSeen | None) -> DiagnosticsSeen:
        """Turn what Numerai tells of a file into a fact, with the whole answer kept where it can be had."""
        same = before is not None and before.status == one.status
        if before is not None and same and diagnosis.is_whole(before):
            return before
        inserted_at = times.of_others(one.inserted_at)
        fact = DiagnosticsSeen(
            diagnostics=one.id,
            filename=one.filename,
            inserted_at=times.text(inserted_at) if inserted_at else "",
            status=one.status,
            sha256=found.files.get(one.filename, ""),
            message=one.message[:MOST_OF_A_MESSAGE],
            metrics=before.metrics if before is not None and same else {},
        )
        if one.status in diagnosis.OPEN or self.left <= 0:
            return fact
        self.left -= 1
        try:
            answer, content = self.numerai.diagnosis(run.intended.model_id, one.id)
        except Unanswered as error:
            click.echo(f"nab: diagnosis {one.id} of {run.entrant}: {error.message}", err=True)
            return fact
        glance = diagnosis.glance(answer)
        kept, left_out = self.put_away(run, content)
        return structs.replace(fact, metrics=glance.metrics, eras=glance.eras, answer=kept, left_out=left_out)

    def put_away(self, run: Run, content: bytes) -> tuple[str, str]:
        """Keep a whole answer. Returns its name, or else why it was left out."""
        folder, most = (
            self.bench.run(run.name).diagnoses,
            self.bench.config.settings.recording.diagnoses_max_mib,
        )
        if len(content) > MOST_BYTES:
            return "", f"it has {len(content)} bytes"
        if hashed.taken(folder) >= most << 20:
            return "", f"those of this run take {most} MiB"
        name = hashed.keep(folder, content)
        failpoints.reach(Failpoint.DIAGNOSIS_KEPT)
        return name, ""


def newest(bench: Bench) -> dict[tuple[str, str], DiagnosticsSeen]:
    """Return what is known, by run and diagnostics."""
    return {
        (event.run or "", seen.diagnostics): seen
        for event in bench.log.events()
        if event.kind == DIAGNOSED and isinstance(seen := event.fact, DiagnosticsSeen)
    }


def keep(bench: Bench, run: Run, told: list[DiagnosticsSeen], known: Mapping[str, DiagnosticsSeen]) -> int:
    """Keep what is new or has changed."""
    drafts = [
        Draft(fact=one, entrant=run.entrant, run=run.name, valid=times.maybe(one.inserted_at))
        for one in sorted(told, key=lambda one: one.inserted_at)
        if known.get(one.diagnostics) != one
    ]
    if drafts:
        bench.log.append_all(drafts)
    return len(drafts)
