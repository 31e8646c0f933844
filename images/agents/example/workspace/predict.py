"""Upload Numerai's example predictions for the current round, as Numerai hands them out."""

import os
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numerapi
import pandas as pd
import requests

EXAMPLES = re.compile(r"v(\d+(?:\.\d+)*)/live_example_preds\.parquet")


def main() -> None:
    """Upload, or end with a message and exit code 1."""
    model_id = os.environ.get("NUMERAI_MODEL_ID")
    if not model_id:
        sys.exit("submit failed: NUMERAI_MODEL_ID is not set")
    try:
        submission = submit(numerapi.NumerAPI(show_progress_bars=False), model_id)
    except (ValueError, KeyError, OSError, requests.RequestException) as error:
        sys.exit(f"submit failed: {type(error).__name__}: {error}")
    print(f"submission id: {submission}")


def submit(api: numerapi.NumerAPI, model_id: str) -> str:
    """Fetch the newest version's example predictions for the live rows of today, and upload them."""
    number, name = api.get_current_round(), newest(api.list_datasets())
    print(f"round {number}: downloading {name}")
    with tempfile.TemporaryDirectory() as folder:
        # A fresh folder: numerapi keeps an old file when the new one happens to have the same size.
        given = Path(folder) / "examples.parquet"
        api.download_dataset(name, str(given))
        predictions = as_submission(pd.read_parquet(given))
        print(f"round {number}: {len(predictions)} example predictions")
        file = Path(folder) / "predictions.csv"
        predictions.to_csv(file, index=False)
        submission = api.upload_predictions(str(file), model_id=model_id)
    if not submission:
        raise ValueError("Numerai gave no submission id")
    return submission


def newest(names: Iterable[str]) -> str:
    """Return the newest version's file of example predictions. Raises ValueError where there is none."""
    found = [match for name in names if (match := EXAMPLES.fullmatch(name))]
    if not found:
        raise ValueError("Numerai lists no live_example_preds.parquet")
    return max(found, key=lambda match: [int(part) for part in match[1].split(".")])[0]


def as_submission(examples: pd.DataFrame) -> pd.DataFrame:
    """Return the two columns that Numerai takes; the ids are a column or the index."""
    rows = examples if "id" in examples.columns else examples.rename_axis("id").reset_index()
    if rows.empty or rows["id"].duplicated().any():
        raise ValueError(f"the example predictions are unusable: {len(rows)} rows")
    return rows[["id", "prediction"]]


if __name__ == "__main__":
    main()
