"""Upload random predictions for the current round: the same for the same seed (or, without one, model) and round."""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

import numerapi
import numpy as np
import pandas as pd
import requests

LIVE = "v5.3/live.parquet"


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
    """Draw a number for every live row of the round that is current now."""
    number = api.get_current_round()
    with tempfile.TemporaryDirectory() as folder:
        live = Path(folder) / "live.parquet"
        api.download_dataset(LIVE, str(live))
        ids = pd.read_parquet(live, columns=["era"]).index
        seed = os.environ.get("NAB_SEED") or os.environ.get("NUMERAI_MODEL_NAME", model_id)
        drawn = draw(f"{seed}:{number}", len(ids))
        file = Path(folder) / "predictions.csv"
        pd.DataFrame({"id": ids, "prediction": drawn}).to_csv(file, index=False)
        print(f"round {number}: {len(ids)} random predictions")
        submission = api.upload_predictions(str(file), model_id=model_id)
    if not submission:
        raise ValueError("Numerai gave no submission id")
    return submission


def draw(seed: str, count: int) -> np.ndarray:
    """Return a random order of evenly spread predictions."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    return (np.random.default_rng(number).permutation(count) + 0.5) / count


if __name__ == "__main__":
    main()
