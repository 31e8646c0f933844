"""Work up what an agent uploaded: submissions are kept whole, of files for diagnostics a sketch.

The proxy leaves every upload in a folder, under its SHA-256. It goes from there when what is kept of it is on the disk
and listed, so whoever is killed at any point leaves it for the next.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from nab.actions.bench import Bench
from nab.core.recording import predictions, sketches
from nab.core.recording.predictions import DIAGNOSTICS, FULL, SUBMISSION, Counted, Form, Upload
from nab.core.recording.sketches import NoSketch
from nab.core.text import times
from nab.edges import clock, failpoints, process
from nab.edges.failpoints import Failpoint
from nab.edges.files import compressed, compression, files, locks
from nab.edges.kernel import priority
from nab.paths import RunPaths

DUTY = "predictions"
PART, PART_SECONDS = (
    ".part",
    86_400.0,
)  # of an upload that goes on; one that was not written to for so long is dead
AGAIN_SECONDS = 30.0  # between two starts for a run: on a full disk an upload waits for long
STARTED: dict[str, float] = {}
DAMAGED = "its bytes are not those that were sent"


class Waiting(NamedTuple):
    """An upload that waits: its file, its SHA-256, and what it was uploaded for."""

    path: Path
    sha256: str
    kind: str


def waiting(paths: RunPaths) -> list[Waiting]:
    """List the uploads that wait, and remove those that a killed proxy never finished."""
    found = []
    with suppress(FileNotFoundError):
        for path in sorted(paths.uploads.iterdir()):
            sha256, _, kind = path.name.partition(".")
            if len(sha256) == 64 and kind in (SUBMISSION, DIAGNOSTICS):
                found.append(Waiting(path, sha256, kind))
    return found


def see_to(bench: Bench, run: str) -> None:
    """Have a process of its own work up what waits of a run, unless one does. Costs a look at a folder."""
    paths, now = bench.run(run), clock.monotonic()
    if now - STARTED.get(run, -AGAIN_SECONDS) < AGAIN_SECONDS:
        return
    try:
        if waiting(paths) and not locks.is_held(paths.lock(DUTY)):
            STARTED[run] = now
            process.start_detached(*bench.program("keep_predictions.py", "--run", run), output=paths.log)
    except OSError as error:
        click.echo(f"nab: the predictions of {run} wait: {error}", err=True)


def see_to_all(bench: Bench) -> None:
    """See to every run that there is: whoever should have done it may have died."""
    for folder in sorted(bench.paths.runs.glob("*/calls/uploads")):
        see_to(bench, folder.parent.parent.name)


def keep(bench: Bench, run: str) -> list[Upload]:
    """Work up what waits of a run. Raises NabError (busy) when somebody does. Returns what was made of it."""
    priority.stand_back()
    paths = bench.run(run)
    most = bench.config.settings.recording.predictions_max_mib << 20
    with locks.held(paths.lock(DUTY), what=f"the predictions of {run}"):
        remove_dead(paths)
        return [one for found in waiting(paths) if (one := kept(paths, found, most))]


def remove_dead(paths: RunPaths) -> None:
    """Remove what a killed proxy had begun, long ago."""
    for path in paths.uploads.glob(f".*{PART}"):
        with suppress(OSError):
            if clock.now().timestamp() - path.stat().st_mtime > PART_SECONDS:
                path.unlink()


def kept(paths: RunPaths, found: Waiting, most: int) -> Upload | None:
    """Keep one upload, list it and remove it. One that cannot be kept now, on a full disk, waits on."""
    try:
        made = listed(paths, found) or made_of(paths, found, most)
        if listed(paths, found) is None:
            files.append_line(paths.predictions_list, msgspec.json.encode(made))
        files.confirm(paths.predictions_list)
        files.sync_folder(paths.predictions)
        failpoints.reach(Failpoint.PREDICTIONS_LISTED)
        found.path.unlink(missing_ok=True)
    except OSError as error:
        click.echo(f"{times.text(clock.now())} predictions: {found.path.name} waits: {error}", err=True)
        return None
    if made.why:
        said = f"the {made.kind} {made.sha256[:12]} is kept {made.form.value}: {made.why}"
        click.echo(f"{times.text(clock.now())} predictions: {said}", err=True)
    return made


def listed(paths: RunPaths, found: Waiting) -> Upload | None:
    """Return what the list says of a file; the same one may be uploaded often."""
    return next((one for one in uploads(paths) if (one.sha256, one.kind) == found[1:]), None)


def uploads(paths: RunPaths) -> Iterator[Upload]:
    """Read the list of what was uploaded."""
    return predictions.read(line for _, line in files.lines_after(paths.predictions_list, 0))


def made_of(paths: RunPaths, found: Waiting, most: int) -> Upload:
    """Make what is kept of an upload. Raises OSError where the disk does not take it."""
    made = Upload(
        at=times.text(clock.now()), sha256=found.sha256, kind=found.kind, bytes=files.size(found.path)
    )
    if found.kind == SUBMISSION:
        return whole(paths, found, made, most)
    try:
        return sketched(paths, read_whole(found), made, most)
    except NoSketch as error:
        return msgspec.structs.replace(made, why=str(error))
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - an agent uploads what it likes, and that costs its sketch alone
        return msgspec.structs.replace(made, why=f"it cannot be read: {type(error).__name__}")


def whole(paths: RunPaths, found: Waiting, made: Upload, most: int) -> Upload:
    """Keep a file as it is, compressed."""
    target = paths.predictions / f"{made.sha256}.gz"
    temporary = files.temporary_of(target)
    files.make_folder(target.parent)
    try:
        if compression.write(found.path, temporary) != made.sha256:
            return msgspec.structs.replace(made, why=DAMAGED)
        return take_its_place(temporary, target, msgspec.structs.replace(made, form=Form.WHOLE), most)
    finally:
        temporary.unlink(missing_ok=True)


def read_whole(found: Waiting) -> sketches.Reader:
    """Read a table to its end. Raises NoSketch."""
    digest = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        with found.path.open("rb") as file:
            while piece := file.read(compressed.PIECE):
                digest.update(piece)
                yield piece

    table = sketches.read(pieces())
    if digest.hexdigest() != found.sha256:
        raise NoSketch(DAMAGED)
    return table


def sketched(paths: RunPaths, table: sketches.Reader, made: Upload, most: int) -> Upload:
    """Keep the sketch of a table: a line about the whole, and one a row."""
    target = paths.predictions / f"{made.sha256}.sketch.jsonl.gz"
    temporary = files.temporary_of(target)
    files.make_folder(target.parent)
    said = table.sketch()
    try:
        with temporary.open("wb") as file:
            for member in compressed.members(joined([said, *table.samples()])):
                file.write(member)
            file.flush()
            os.fsync(file.fileno())
        made = msgspec.structs.replace(made, form=Form.SKETCH, rows=said.rows, sampled=said.sampled)
        return take_its_place(temporary, target, made, most)
    finally:
        temporary.unlink(missing_ok=True)


def joined(values: list[object]) -> Iterator[bytes]:
    """Write values as lines, in pieces of about a MiB."""
    encoder, rows = msgspec.json.Encoder(), 10_000
    for start in range(0, len(values), rows):
        yield encoder.encode_lines(values[start : start + rows])


def take_its_place(temporary: Path, target: Path, made: Upload, most: int) -> Upload:
    """Give a finished copy its name, if there is room for it by nab.toml."""
    if not target.exists() and folder_size(target.parent) > most:
        return msgspec.structs.replace(made, form=Form.NOT, why=FULL)
    temporary.rename(target)
    files.sync_folder(target.parent)
    failpoints.reach(Failpoint.PREDICTION_KEPT)
    return made


def folder_size(folder: Path) -> int:
    """Return what a folder's files take, those that are being written too."""
    return sum(entry.stat(follow_symlinks=False).st_size for entry in os.scandir(folder))


def count(bench: Bench, run: str) -> Counted:
    """Count what is kept of a run."""
    paths, most = bench.run(run), bench.config.settings.recording.pages_max_mib << 20
    sizes = [files.size(page) for page in paths.pages.glob("??/*.gz")]
    return predictions.counted(sizes, most, uploads(paths), len(waiting(paths)))
