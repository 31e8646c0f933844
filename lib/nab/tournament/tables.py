"""Parquet files with Numerai's layout: `id` as the pandas index, text, int8 features, float32 targets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nab.tournament.signal import Array

ROWS_PER_GROUP = 10_000
PANDAS_TYPES = {"object": "unicode", "int8": "int8", "float32": "float32", "float64": "float64"}


def write(path: Path, ids: tuple[str, ...], columns: Mapping[str, Array]) -> None:
    """Write one table. Text columns are arrays of objects."""
    arrays = [as_arrow(column) for column in columns.values()]
    names = [*columns, "id"]
    table = pa.table([*arrays, pa.array(ids, pa.string())], names=names)
    types = {**{name: str(column.dtype) for name, column in columns.items()}, "id": "object"}
    table = table.replace_schema_metadata({"pandas": json.dumps(pandas_notes(types))})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=ROWS_PER_GROUP, compression="snappy")


def as_arrow(column: Array) -> pa.Array:
    """Convert a column; NaN stays NaN."""
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
