"""What a table that an agent kept says of eras, targets and ids, for the checks of leaks."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection

import numpy as np
import pandas as pd

from nab.core.replay import cut as cuts
from nab.core.replay.leaks import Table


def of_content(name: str, content: bytes, sealed: Collection[str]) -> Table:
    """Say what a table holds of eras, targets and ids. Raises whatever its reader does."""
    rows = (
        pd.read_parquet(io.BytesIO(content))
        if name.endswith(".parquet")
        else pd.read_csv(io.BytesIO(content))
    )
    ids = rows.get("id", rows.index)
    eras = numbers(rows["era"]) if "era" in rows else None
    known: dict[int, int] = {}
    for column in rows.columns if eras is not None else ():
        if cuts.is_target(str(column)):
            told = eras[rows[column].notna().to_numpy() & (eras > 0)] if eras is not None else ()
            if len(told):
                days = cuts.days_of(str(column))
                known[days] = max(known.get(days, 0), int(max(told)))
    return Table(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        newest=int(eras.max()) if eras is not None and len(eras) and eras.max() > 0 else None,
        newest_known=known,
        sealed_ids=int(pd.Series(ids).astype("string").isin(list(sealed)).sum()),
    )


def numbers(eras: pd.Series[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return eras as numbers; 0 for one that is none, as in a live file."""
    found = pd.to_numeric(eras.astype("string"), errors="coerce").fillna(0)
    return np.asarray(found.clip(0, 999_999).astype("int64"))
