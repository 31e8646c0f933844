"""A dataset file read thinly: the columns that are used, and every so many eras."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pyarrow import compute, parquet

BATCH_ROWS = 100_000


def read(file: Path, features: list[str], target: str, every: int) -> pd.DataFrame:
    """Read features, target and era where the target is known, a batch at a time."""
    kept = []
    for batch in parquet.ParquetFile(file).iter_batches(BATCH_ROWS, columns=["era", *features, target]):
        numbers = compute.cast(batch["era"], "int32")
        due = compute.equal(
            compute.subtract(numbers, compute.multiply(compute.divide(numbers, every), every)), 0
        )
        kept.append(batch.filter(compute.and_(due, compute.is_valid(batch[target]))).to_pandas())
    frame = pd.concat(kept, ignore_index=True)
    return frame[frame[target].notna()].reset_index(drop=True)


def count(file: Path) -> int:
    """Count a file's eras."""
    return len(compute.unique(parquet.read_table(file, columns=["era"])["era"]))
