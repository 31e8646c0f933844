"""Predict the current round's live data with the kept model, and upload it."""

import json
import os
import sys
import tempfile
from pathlib import Path

import lightgbm
import numerapi
import pandas as pd
import requests

HERE = Path(__file__).resolve().parent
VERSION = "v5.3"


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
    """Predict the round that is current now."""
    number = api.get_current_round()
    print(f"round {number}: downloading {VERSION}/live.parquet")
    with tempfile.TemporaryDirectory() as folder:
        # A fresh folder: numerapi keeps an old file when the new one happens to have the same size.
        live = Path(folder) / "live.parquet"
        api.download_dataset(f"{VERSION}/live.parquet", str(live))
        predictions = predict(live)
        print(f"round {number}: {len(predictions)} predictions, std {predictions['prediction'].std():.4f}")
        file = Path(folder) / "predictions.csv"
        predictions.to_csv(file, index=False)
        submission = api.upload_predictions(str(file), model_id=model_id)
    if not submission:
        raise ValueError("Numerai gave no submission id")
    return submission


def predict(live: Path) -> pd.DataFrame:
    """Rank what the model says of every live row into (0, 1)."""
    kept = json.loads((HERE / "model" / "model.json").read_text(encoding="utf-8"))
    model = lightgbm.Booster(model_file=str(HERE / "model" / "model.txt"))
    rows = pd.read_parquet(live, columns=kept["features"])
    if rows.empty or rows.index.has_duplicates:
        raise ValueError(f"the live data is unusable: {len(rows)} rows")
    said = pd.Series(model.predict(rows[kept["features"]], num_threads=1), index=rows.index)
    ranks = (said.rank() - 0.5) / len(said)
    return pd.DataFrame({"id": rows.index, "prediction": ranks.to_numpy()})


if __name__ == "__main__":
    main()
