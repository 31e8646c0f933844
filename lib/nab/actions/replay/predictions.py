"""What a replayed run predicted, taken from the tournament that it was uploaded to, and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from nab.core.errors import NabError
from nab.edges.files import files
from nab.tournament.market.dataset import VERSION
from nab.tournament.market.live_files import LIVE
from nab.tournament.play.furnish import DATABASE
from nab.tournament.play.ledger import Ledger
from nab.tournament.replay.cutting import CutFolder
from nab.tournament.store import Store


def uploaded(
    root: Path, folder: CutFolder, model: str, rounds: Mapping[int, int]
) -> dict[int, pd.Series[float]]:
    """Return what a model uploaded in each era's round, the newest upload of each, by era."""
    store = Store.at(root / DATABASE)
    try:
        return of_ledger(Ledger(store), folder, model, rounds)
    finally:
        store.close()


def of_ledger(
    ledger: Ledger, folder: CutFolder, model: str, rounds: Mapping[int, int]
) -> dict[int, pd.Series[float]]:
    """Return what a ledger has of a model, by era; its values are in the order of the live file's ids."""
    newest = {upload.round: upload for upload in ledger.of_model(model)}
    found = {}
    for era, number in rounds.items():
        if number in newest:
            ids = pd.read_parquet(folder.live(era) / VERSION / LIVE, columns=[]).index
            found[era] = pd.Series(ledger.values(newest[number].id), index=ids)
    return found


def keep(path: Path, predictions: Mapping[int, pd.Series[float]]) -> str:
    """Keep predictions in one file; return its SHA-256."""
    frames = [
        pd.DataFrame({"era": era, "id": values.index, "prediction": values.to_numpy()})
        for era, values in sorted(predictions.items())
    ]
    empty = pd.DataFrame({"era": [], "id": [], "prediction": []})
    content = (pd.concat(frames, ignore_index=True) if frames else empty).to_parquet(index=False)
    files.replace_bytes(path, content)
    return hashlib.sha256(content).hexdigest()


def read(path: Path, sha256: str) -> dict[int, pd.Series[float]]:
    """Read kept predictions again. Raises NabError where they are not those that were registered."""
    try:
        content = path.read_bytes()
    except OSError:
        raise NabError(
            f"{path} is gone", hint="make replay ENTRANT= fires again, as a run of its own"
        ) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NabError(f"{path} is not what was fired", hint="put it back from a backup")
    table = pd.read_parquet(path)
    return {int(str(era)): rows.set_index("id")["prediction"] for era, rows in table.groupby("era")}
