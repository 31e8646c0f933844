"""Parquet files made of lines, in one step: whole and under its own name, or not there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from nab.core.text.sql import listed, literal
from nab.edges.files import files, records
from nab.edges.store import sealed_files
from nab.edges.store.database import Connection
from nab.edges.store.sealed_files import Sealed


@dataclass(frozen=True)
class Lines:
    """Of what a Parquet file is made: its folder, its key there, its columns, the query for the rows of some files."""

    folder: Path
    key: str
    columns: str
    query: Callable[[str], str]


def seal(connection: Connection, lines: Lines, path: Path) -> Path:
    """Make the Parquet file of a closed segment, and remove what stood in its place. Returns where it is."""
    content = records.measured(path)
    name = Sealed(lines.key, content.size, lines.columns, content.sha256)
    query = lines.query(listed([str(records.form_of(path))]))
    return write(connection, query, lines.folder / name.name, content.lines, path.name)


def seal_rows(connection: Connection, lines: Lines, size: int, rows: Iterable[object]) -> Path:
    """Make the Parquet file of rows that were worked out, with `size` as that of what they were worked out from."""
    files.make_folder(lines.folder)
    written = files.temporary_of(lines.folder / f"{lines.key}.rows.jsonl")
    told, count = sha256(), 0
    try:
        with written.open("wb") as file:
            for row in rows:
                line = msgspec.json.encode(row) + b"\n"
                told.update(line)
                file.write(line)
                count += 1
        name = Sealed(lines.key, size, lines.columns, told.hexdigest())
        return write(connection, lines.query(listed([str(written)])), lines.folder / name.name, count, "rows")
    finally:
        written.unlink(missing_ok=True)


def write(connection: Connection, query: str, target: Path, lines: int, source: str) -> Path:
    """Write the answer of a question as a Parquet file; on the disk it is before it has its name."""
    files.make_folder(target.parent)
    temporary = files.temporary_of(target)
    try:
        connection.execute(
            f"COPY ({query}) TO {literal(str(temporary))} (FORMAT parquet, COMPRESSION zstd,"
            f" KV_METADATA {{lines: '{lines}', source: {literal(source)}}})"
        )
        file = os.open(temporary, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(file)
        finally:
            os.close(file)
        temporary.rename(target)
    finally:
        temporary.unlink(missing_ok=True)
    files.sync_folder(target.parent)
    remove_others(target)
    return target


def remove_others(target: Path) -> None:
    """Remove older files of the same key."""
    made = sealed_files.named(target.name)
    for path in target.parent.iterdir():
        one = sealed_files.named(path.name)
        if made and one and one.key == made.key and path.name != target.name:
            path.unlink()


def present(folder: Path) -> dict[str, list[Sealed]]:
    """Return the Parquet files in a folder, by key."""
    return sealed_files.present(path.name for path in folder.iterdir()) if folder.is_dir() else {}
