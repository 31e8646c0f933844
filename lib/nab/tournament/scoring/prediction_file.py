"""Reading an uploaded file of predictions, with Numerai's own words for what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numerai_tools.submissions import validate_submission_numerai

from nab.tournament.market.market import LiveRound
from nab.tournament.market.signal import Array

LARGEST_SUBMISSION = 32 * 1024 * 1024
BYTES_A_VALUE = 8


class Invalid(Exception):
    """The file is no valid submission; the message is what the uploader is told."""


def read(path: Path, filename: str, most_bytes: int = LARGEST_SUBMISSION) -> pd.DataFrame:
    """Read a csv or parquet file of at most so many bytes once unpacked; ids stay text."""
    try:
        packed = filename.endswith(".parquet")
        if (unpacked_bytes(path) if packed else path.stat().st_size) > most_bytes:
            raise Invalid("invalid_submission: the file is too large")
        if packed:
            return pd.read_parquet(path)
        # Without a word on compression pandas would go by the name that the uploader chose.
        return pd.read_csv(path, dtype={"id": "object"}, compression=None)
    except (ValueError, OSError, OverflowError, pa.ArrowException) as error:
        raise Invalid(f"invalid_submission: the file cannot be read: {str(error)[:200]}") from None


def unpacked_bytes(path: Path) -> int:
    """Return what a parquet file says of its size in memory, before any of it is read."""
    about = pq.read_metadata(path)
    groups = sum(about.row_group(place).total_byte_size for place in range(about.num_row_groups))
    return int(max(groups, about.num_rows * about.num_columns * BYTES_A_VALUE))


def predictions_of(submission: pd.DataFrame, ids: Sequence[str]) -> Array:
    """Return one prediction for each id, in their order."""
    try:
        id_column, prediction_column, kept, _ = validate_submission_numerai(pd.Series(ids), submission)
    except AssertionError as error:
        raise Invalid(str(error)) from None
    except TypeError:
        raise Invalid("invalid_submission_values: predictions must be numbers") from None
    return np.asarray(kept.set_index(id_column)[prediction_column].loc[list(ids)].to_numpy(dtype=np.float64))


def by_stock(submission: pd.DataFrame, universes: Sequence[LiveRound]) -> tuple[Array, LiveRound]:
    """Return the predictions in the order of the market's stocks, and the round whose ids the file has.

    The newest universe is tried first. The one before is accepted too where it is given: ids change every round,
    and Numerai maps a slow upload's ids to the new ones.
    """
    complaints = []
    for live in universes:
        try:
            values = predictions_of(submission, live.era.ids)
        except Invalid as error:
            complaints.append(error)
            continue
        in_order = np.empty_like(values)
        in_order[live.stocks] = values
        return in_order, live
    raise complaints[0]
