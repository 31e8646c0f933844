"""A whole tournament as one file: what is known, what was uploaded, and the key. The data is made again by its seed."""

from __future__ import annotations

import sqlite3
import tarfile
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from nab.core.errors import FAILED, NabError
from nab.core.text import times
from nab.edges import clock
from nab.tournament.play.furnish import DATABASE
from nab.tournament.store import Store

KEY = "key.json"
UPLOADS = "uploads"
MEMBERS = (DATABASE, KEY, UPLOADS)


def export(root: Path, target: Path) -> None:
    """Write a tournament into a file; one that runs goes on meanwhile."""
    if not (root / DATABASE).is_file():
        raise NabError(
            f"{root} holds no tournament", hint="start one, or use another --state", exit_code=FAILED
        )
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with TemporaryDirectory(dir=root) as scratch, tarfile.open(unfinished, "w:gz") as bundle:
            copy = Path(scratch) / DATABASE
            snapshot(root / DATABASE, copy)
            bundle.add(copy, DATABASE)
            bundle.add(root / KEY, KEY)
            # After the database: a file that it names was put before.
            bundle.add(root / UPLOADS, UPLOADS, filter=finished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def snapshot(source: Path, target: Path) -> None:
    """Copy a database as it is at one instant, and note the instant."""
    connection = sqlite3.connect(source)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()
    copy = Store.at(target)
    seconds = copy.setting("ahead", 0.0)
    copy.keep("resumes_at", times.text(clock.now() + timedelta(seconds=seconds)))
    copy.connection.execute("PRAGMA journal_mode = DELETE")
    copy.close()


def finished(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out uploads that are not whole."""
    return None if Path(member.name).name.startswith(".") else member


def bring(source: Path, root: Path) -> None:
    """Unpack an exported tournament into a state folder that has none."""
    if (root / DATABASE).exists():
        raise NabError(f"{root} holds a tournament already", hint="use another --state", exit_code=FAILED)
    root.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(dir=root) as scratch, tarfile.open(source, "r:gz") as bundle:
            unpack(bundle, Path(scratch))
            for name in (UPLOADS, KEY, DATABASE):
                (Path(scratch) / name).rename(root / name)
    except (tarfile.TarError, EOFError, OSError, KeyError) as error:
        raise NabError(f"{source} is no exported tournament: {error}", exit_code=FAILED) from None


def unpack(bundle: tarfile.TarFile, folder: Path) -> None:
    """Unpack what belongs to a tournament, and nothing outside the folder."""
    members = bundle.getmembers()
    names = {member.name.split("/")[0] for member in members}
    if names != set(MEMBERS):
        raise KeyError(", ".join(sorted(set(MEMBERS) ^ names)))
    bundle.extractall(folder, members, filter="data")
