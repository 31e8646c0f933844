"""Parquet files with Numerai's layout: `id` as the pandas index, text, int8 features, float32 targets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from nab.tournament.market.signal import Array

PANDAS_TYPES = {"object": "unicode", "int8": "int8", "float32": "float32", "float64": "float64"}


@dataclass
class Table:
    """A file that grows by whole row groups, so that it may be larger than the memory."""

    path: Path
    _writer: pq.ParquetWriter | None = None

    def add(self, ids: tuple[str, ...], columns: Mapping[str, Array]) -> None:
        """Add one row group. Text columns are arrays of objects."""
        rows = as_table(ids, columns)
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self.path, rows.schema, compression="snappy")
        self._writer.write_table(rows, row_group_size=len(ids))

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()


def write(path: Path, ids: tuple[str, ...], columns: Mapping[str, Array]) -> None:
    """Write one table at once."""
    with Table(path) as table:
        table.add(ids, columns)


def write_csv(path: Path, table: Path) -> None:
    """Write the same rows as text, the id first."""
    file = pq.ParquetFile(table)
    names = ["id", *(name for name in file.schema_arrow.names if name != "id")]
    plain = pa.csv.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as out:
        out.write((",".join(names) + "\n").encode())
        for rows in file.iter_batches(columns=names):
            pa.csv.write_csv(rows.select(names), out, plain)


def as_table(ids: tuple[str, ...], columns: Mapping[str, Array]) -> pa.Table:
    """Convert columns and ids; NaN stays NaN."""
    arrays = [as_arrow(column) for column in columns.values()]
    table = pa.table([*arrays, pa.array(ids, pa.string())], names=[*columns, "id"])
    types = {**{name: str(column.dtype) for name, column in columns.items()}, "id": "object"}
    return table.replace_schema_metadata({"pandas": json.dumps(pandas_notes(types))})


def as_arrow(column: Array) -> pa.Array:
    """Convert a column."""
    if column.dtype == object:
        return pa.array(column, pa.string())
    return pa.array(np.ascontiguousarray(column))


def pandas_notes(types: Mapping[str, str]) -> dict[str, Any]:
    """Return what pandas reads to find the index and the types again, any version of it."""
    columns = [
        {
            "name": name,
            "field_name": name,
            "pandas_type": PANDAS_TYPES[kind],
            "numpy_type": kind,
            "metadata": None,
        }
        for name, kind in types.items()
    ]
    return {"index_columns": ["id"], "column_indexes": [], "columns": columns, "pandas_version": "2.2.0"}


def text_column(value: str, rows: int) -> Array:
    """Return a column that says the same in each row."""
    return np.full(rows, value, dtype=object)
