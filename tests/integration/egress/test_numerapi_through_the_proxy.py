"""An unmodified numerapi in a box, the real proxy, and the real local tournament behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from nab.edges.docker.proxy_box import Model
from support.servers import proxies
from support.servers.local_tournaments import Server, fresh_round

MINE, OTHER = "nab_mine", "nab_other"
PACE = ("--rounds-every", "300", "--window", "250", "--model", MINE, "--model", OTHER)
PLAY = """
import json, logging, numerapi, pandas as pd, sys
logging.disable(logging.CRITICAL)
api = numerapi.NumerAPI(verbosity="error", show_progress_bars=False)
model, other = sys.argv[1:3]
found = {}

def attempt(name, ask):
    try:
        found[name] = ask()
    except Exception as error:
        found[name] = f"{type(error).__name__}: {error}"

def predictions():
    api.download_dataset("v5.3/live.parquet")
    live = pd.read_parquet("v5.3/live.parquet")
    feature = next(name for name in live if name.startswith("feature_"))
    ranks = (live[feature] + live.reset_index().index / len(live)).rank(pct=True)
    frame = ranks.rename("prediction").reset_index()
    frame.to_csv("predictions.csv", index=False)
    return len(frame)

def diagnostics():
    api.download_dataset("v5.3/validation_example_preds.parquet")
    frame = pd.read_parquet("v5.3/validation_example_preds.parquet").reset_index()
    return api.upload_diagnostics(df=frame, model_id=model)

def filtered():
    path = api.download_dataset("v5.3/validation.parquet", "v.parquet", filters=[("era", "==", "0030")])
    return sorted(set(pd.read_parquet(path)["era"]))

attempt("get_models", api.get_models)
attempt("models_of_account", lambda: api.models_of_account("nab"))
attempt("list_datasets", lambda: len(api.list_datasets()))
attempt("get_current_round", api.get_current_round)
attempt("check_round_open", api.check_round_open)
attempt("check_new_round", api.check_new_round)
attempt("list_rounds", lambda: len(api.list_rounds(limit=2)))
attempt("get_competitions", lambda: len(api.get_competitions()) > 1)
attempt("pipeline_status", lambda: api.pipeline_status()["tournament"])
attempt("get_leaderboard", lambda: len(api.get_leaderboard(limit=200)))
attempt("get_account_leaderboard", lambda: len(api.get_account_leaderboard(limit=5)))
attempt("public_user_profile", lambda: api.public_user_profile("nab_mine")["id"])
attempt("modelid_to_modelname", lambda: api.modelid_to_modelname(model))
attempt("download_dataset", predictions)
attempt("download_dataset with filters", filtered)
attempt("upload_predictions", lambda: api.upload_predictions("predictions.csv", model_id=model))
attempt("submission_ids", lambda: [row["id"] for row in api.submission_ids(model)])
attempt("get_submission_filenames", lambda: len(api.get_submission_filenames(model_id=model)))
attempt("download_submission", lambda: api.download_submission(model_id=model, dest_path="back.csv"))
attempt("the same bytes", lambda: open("back.csv").read() == open("predictions.csv").read())
attempt("upload_diagnostics", diagnostics)
attempt("diagnostics", lambda: api.diagnostics(model, found["upload_diagnostics"])[0]["status"])
attempt("submission_scores", lambda: api.submission_scores(model, display_name="mmc"))
attempt("round_model_performances_v2", lambda: len(api.round_model_performances_v2(model)))
attempt("intra_round_scores", lambda: len(api.intra_round_scores(model)))
attempt("daily_model_performances", lambda: type(api.daily_model_performances("nab_mine")).__name__)
attempt("stake_get", lambda: str(api.stake_get("nab_mine")))

refused = {
    "get_account": lambda: api.get_account(),
    "wallet_transactions": lambda: api.wallet_transactions(),
    "pending_model_payouts": lambda: api.pending_model_payouts(),
    "stake_increase": lambda: api.stake_increase(1, model),
    "stake_drain": lambda: api.stake_drain(model),
    "v3_stake_config": lambda: api.v3_stake_config(),
    "set_bio": lambda: api.set_bio(model, "x"),
    "set_link": lambda: api.set_link(model, "x", "https://x.invalid"),
    "set_submission_webhook": lambda: api.set_submission_webhook(model, "https://x.invalid"),
    "model_upload_docker_images": lambda: api.model_upload_docker_images(),
    "upload_predictions of another": lambda: api.upload_predictions("predictions.csv", model_id=other),
    "upload_predictions of nobody": lambda: api.upload_predictions("predictions.csv", model_id=None),
    "submission_ids of another": lambda: api.submission_ids(other),
    "submission_scores of another": lambda: api.submission_scores(other, display_name="mmc"),
    "a raw mutation": lambda: api.raw_query("mutation { deleteAccount { id } }", authorization=True),
}
for name, ask in refused.items():
    attempt(f"refused {name}", ask)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Any, dict[str, str]]]:
    """Play once; the answers, the lab and the models."""
    root = tmp_path_factory.mktemp("n")
    patch = pytest.MonkeyPatch()
    server = Server(root / "s", *PACE)
    models = server.client(patch).get_models()
    patch.undo()
    (root / "socket").symlink_to(server.folder)
    key = json.loads((server.folder / "key.json").read_text())
    fresh_round(server, 120)
    told = {
        "model": Model(id=models[MINE], name=MINE),
        "others": (Model(id=models[OTHER], name=OTHER),),
        "keys": {"numerai": {"public_id": key["public_id"], "secret_key": key["secret_key"]}},
    }
    with proxies.lab(root, image="nab/control", **told) as lab:
        play = ["python", "-c", PLAY, models[MINE], models[OTHER]]
        code, printed = lab.box.exec_run(play, workdir="/tmp", demux=True)
        assert code == 0, printed
        yield json.loads(printed[0].splitlines()[-1]), lab, models
    assert server.ends() == 0


def test_everything_that_is_allowed_works(played):
    found, _, models = played

    failed = {name: said for name, said in found.items() if "refused" not in name and "Error" in str(said)}
    assert failed == {}
    assert found["get_models"] == found["models_of_account"] == {MINE: models[MINE]}
    assert found["public_user_profile"] == models[MINE]
    assert found["modelid_to_modelname"] == MINE
    assert found["check_round_open"] is True
    assert found["submission_ids"] == [found["upload_predictions"]]
    assert found["the same bytes"] is True
    assert found["download_dataset with filters"] == ["0030"]


def test_what_is_refused_raises_with_the_proxys_sentence(played):
    found, _, _ = played

    refused = {name: said for name, said in found.items() if name.startswith("refused")}
    assert len(refused) == 15
    assert {
        name: said for name, said in refused.items() if not str(said).startswith("ValueError: nab proxy: ")
    } == {}


def test_the_other_model_is_nowhere_in_what_the_agent_got(played):
    found, _, models = played

    assert OTHER not in json.dumps(found)
    assert models[OTHER] not in json.dumps(found)


def test_the_uploads_are_recorded_with_what_they_were(played):
    found, lab, _ = played

    created = [line for line in lab.written() if (line.get("graphql") or {}).get("submission")]
    put = [line for line in lab.written() if line.get("method") == "PUT"]

    assert [line["graphql"]["submission"] for line in created] == [found["upload_predictions"]]
    assert len(put) == 2
    assert all(len(line["upload_sha256"]) == 64 for line in put)


def test_calls_that_know_of_no_proxy_are_recorded_like_the_others(played):
    _, lab, _ = played

    ways = {line["via"] for line in lab.written() if line.get("host", "").startswith("numerai-datasets")}
    assert ways == {"proxy", "name"}
