"""Record what the local tournament answers, for `make contract`: lib/nab/tournament/contract.json is made anew.

    PYTHONPATH=lib:tests .venv/bin/python tests/support/programs/record_contract.py

It plays a hundred days of the live calendar, asks at three of them, and takes minutes.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numerapi
import pandas as pd
import requests
from numerapi import base_api

from nab.actions.contract.asking import Asking
from nab.core.contract.contract import Contract, merged
from nab.edges.files import files
from nab.edges.numerai.bare_calls import Caller
from nab.edges.secrets.keys import read_key
from support.servers.local_tournaments import REPOSITORY, Server, eventually, predictions

KEPT = REPOSITORY / "lib/nab/tournament/contract.json"
DAY = 86_400
LIVE = ("--preset", "live", "--rate-limits", "all", "--model", "ours", "--model", "other")


def advance(server: Server, days: float) -> None:
    requests.post(f"{server.url}/admin/clock", json={"seconds": days * DAY}, timeout=600).raise_for_status()


def asked(server: Server, *, provoke: bool = False) -> Contract:
    caller = Caller(server.url, read_key(server.folder / "key.json"), is_local=True, every=0.0)
    return Asking(caller, None, "ours").look(provoke=provoke)


def client(server: Server) -> numerapi.NumerAPI:
    key = read_key(server.folder / "key.json")
    base_api.API_TOURNAMENT_URL = server.url
    return numerapi.NumerAPI(key.public_id, key.secret_key, verbosity="error", show_progress_bars=False)


def diagnose(api: numerapi.NumerAPI, model: str) -> None:
    """Have a file of validation predictions scored."""
    api.download_dataset("v5.3/validation_example_preds.parquet")
    told = pd.read_parquet("v5.3/validation_example_preds.parquet").reset_index()[["id", "prediction"]]
    told.to_csv("validation.csv", index=False)
    id = api.upload_diagnostics("validation.csv", model_id=model)
    eventually(lambda: finished(api, model, id), 300)


def finished(api: numerapi.NumerAPI, model: str, id: str) -> bool:
    found: Any = api.diagnostics(model, id)
    return bool(found) and found[0]["status"] == "done"


def recorded(server: Server) -> Contract:
    """Ask a tournament that has just begun, one that has scores, and one whose first rounds have resolved."""
    api = client(server)
    model = api.get_models()["ours"]
    whole = asked(server)
    api.upload_predictions(df=predictions(api), model_id=model)
    diagnose(api, model)
    whole = merged(whole, asked(server))
    advance(server, 40)
    api.upload_predictions(df=predictions(api), model_id=model)
    whole = merged(whole, asked(server))
    advance(server, 60)
    whole = merged(whole, asked(server))
    return merged(whole, asked(server, provoke=True))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        server = Server(Path(folder), *LIVE)
        found = recorded(server)
        assert server.ends() == 0
    files.replace_json(
        KEPT, msgspec.to_builtins(msgspec.structs.replace(found, api="the local tournament", notes=[]))
    )
    print(f"{len(found.fields)} fields, {len(found.forms)} forms: {KEPT}")


if __name__ == "__main__":
    main()
