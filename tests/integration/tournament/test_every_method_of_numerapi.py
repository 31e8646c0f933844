"""Every public method of the unmodified numerapi against a real server process."""

from __future__ import annotations

import inspect
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numerapi
import pandas as pd
import pytest

from nab.tournament.play.account import EVERY_SCOPE
from support.servers.local_tournaments import Server, command, eventually, fresh_round, predictions

OURS = "conforms"
PACE = ("--rounds-every", "4", "--window", "3.5", "--scoring-day", "0.02", "--first-score-lag", "1")
SCOPES = tuple(word for scope in EVERY_SCOPE for word in ("--scope", scope))
NOBODY = "00000000-0000-4000-8000-000000000000"


@dataclass
class World:
    """A client, and a submission of its model that has all of its scores."""

    api: numerapi.NumerAPI
    model: str
    submission: str
    number: int


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("c")
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    running = Server(folder / "s", *PACE, *SCOPES, "--model", OURS)
    api = running.client(patch)
    number = fresh_round(running, 2)
    frame = predictions(api)
    model = api.get_models()[OURS]
    submission = api.upload_predictions(df=frame, model_id=model)
    frame.to_csv("predictions.csv", index=False)
    eventually(lambda: api.submission_scores(model, display_name="mmc60", day=60))
    yield World(api, model, submission, number)
    assert running.ends() == 0
    patch.undo()


def is_id(value: Any) -> bool:
    return str(uuid.UUID(value)) == value


def refused(scope: str, call: Callable[..., Any], *arguments: Any) -> None:
    with pytest.raises(ValueError, match=f"^Insufficient permission for {scope}$"):
        call(*arguments)


def accounts(w: World) -> None:
    account = w.api.get_account()
    assert account["username"] == "nab"
    assert account["availableNmr"] == Decimal(0)
    assert isinstance(account["insertedAt"], datetime)
    assert account["apiTokens"][0]["scopes"] == list(EVERY_SCOPE)
    assert account["models"][0]["submissions"][0]["id"] == w.submission


def leaderboard(w: World) -> None:
    rows = w.api.get_leaderboard(limit=100)
    assert len(rows) > 20
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(isinstance(row["nmrStaked"], Decimal) for row in rows)
    scores = [row["mmcRep"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert w.api.get_leaderboard(limit=2, offset=1) == rows[1:3]
    staked = next(row for row in rows if row["nmrStaked"] > 0)
    assert -1 <= staked["return_13_weeks"] <= 5
    assert next(row for row in rows if row["username"] == OURS)["return_1_day"] is None


def account_leaderboard(w: World) -> None:
    rows = w.api.get_account_leaderboard(limit=100)
    assert {"nab", rows[0]["username"]} <= {row["displayName"] for row in rows}
    assert rows[0]["mmc"] >= rows[1]["mmc"]
    assert isinstance(rows[0]["returnAllTimeNmr"], Decimal)
    assert rows[0]["cort20"] is None


def daily(w: World) -> None:
    newest = w.api.daily_model_performances(OURS)[0]
    assert isinstance(newest["date"], datetime)
    assert newest["mmcRank"] >= 1
    assert -0.5 < newest["mmcRep"] < 0.5
    assert newest["tcRep"] is None


def performances(w: World) -> None:
    with pytest.warns(DeprecationWarning):
        rows = w.api.round_model_performances_v2(w.model)
    row = next(row for row in rows if row["roundNumber"] == w.number)
    multipliers = {m["displayName"]: m["multiplier"] for m in row["payoutMultipliers"]}
    assert multipliers == {"corr60": 3.0, "mmc60": 15.0}
    assert row["atRisk"] == Decimal(0)
    assert row["roundTarget"] == "target_ender_60"
    assert {s["displayName"] for s in row["submissionScores"]} >= {"v2_corr20", "mmc", "corr60", "mmc60"}
    assert {s["payoutSettled"] for s in row["submissionScores"]} == {Decimal(0)}


def deprecated_performances(w: World) -> None:
    with pytest.warns(DeprecationWarning):
        assert w.api.round_model_performances(w.model)[-1]["roundNumber"] <= w.number


def intra_round(w: World) -> None:
    row = next(row for row in w.api.intra_round_scores(w.model) if row["roundNumber"] == w.number)
    days = [s["day"] for s in row["intraRoundSubmissionScores"] if s["displayName"] == "mmc60"]
    assert days == list(range(60, 0, -1))


def scores(w: World) -> None:
    rows = w.api.submission_scores(w.model, display_name="mmc", distinct_on_round=True, resolved=True)
    row = next(row for row in rows if row["roundNumber"] == w.number)
    assert (row["submissionId"], row["day"], row["version"]) == (w.submission, 20, "1")
    assert -0.5 < row["value"] < 0.5
    assert 0 <= row["percentile"] <= 1
    assert isinstance(row["roundCloseStakingTime"], datetime)
    assert isinstance(row["resolveDate"], datetime)
    assert w.api.submission_scores(w.model, last_n_rounds=0) == []


def listed_rounds(w: World) -> None:
    (row,) = w.api.list_rounds(number=w.number)
    assert row["openTime"] < row["closeStakingTime"] <= row["closeTime"] <= row["resolveTime"]
    assert row["payoutFactor"] == Decimal(1)
    paying = {c["displayName"]: c["defaultMultiplier"] for c in row["roundScoreConfigs"] if c["isPayout"]}
    assert paying == {"corr60": 3.0, "mmc60": 15.0}
    clips = {c["displayName"]: c["clipThreshold"] for c in row["roundScoreConfigs"] if c["isPayout"]}
    assert (clips, row["stakeThreshold"]) == ({"corr60": 1.0, "mmc60": 1.0}, None)
    assert {c["name"] for c in row["roundScoreConfigs"]} == {"correlation", "meta_model_contribution"}
    assert isinstance(row["roundScoreConfigs"][0]["scoringEnd"], datetime)
    assert w.api.list_rounds(target="target_cyrusd_20") == []
    assert len(w.api.list_rounds(limit=1)) == 1


def payouts(w: World) -> None:
    found = w.api.pending_model_payouts()
    row = next(row for row in found["actual"] if row["roundNumber"] == w.number)
    assert (row["modelName"], row["payoutNmr"], row["currencySymbol"]) == (OURS, Decimal(0), "NMR")
    assert w.api.pending_model_payouts(11) == {"actual": [], "pending": []}


def filenames(w: World) -> None:
    (row,) = w.api.get_submission_filenames(tournament=8, round_num=w.number, model_id=w.model)
    assert row["filename"].startswith("predictions-")
    assert row["filename"].endswith(".csv")


def listed_datasets(w: World) -> None:
    names = w.api.list_datasets()
    assert {"v5.3/features.json", "v5.3/train.parquet", "v5.3/live.parquet"} <= set(names)
    assert w.api.list_datasets(round_num=w.number)


def downloaded_dataset(w: World) -> None:
    path = w.api.download_dataset("v5.3/validation.parquet", "v.parquet", filters=[("era", "==", "0030")])
    assert set(pd.read_parquet(path)["era"]) == {"0030"}
    with pytest.raises(ValueError, match="Dataset file not found"):
        w.api.download_dataset("v5.3/nothing.parquet")


def data_folder(w: World) -> None:
    w.api.set_global_data_dir("elsewhere")
    assert Path(w.api.download_dataset("v5.3/features.json")) == Path("elsewhere/v5.3/features.json")
    w.api.set_global_data_dir(".")


def uploaded_diagnostics(w: World) -> None:
    w.api.download_dataset("v5.3/validation_example_preds.parquet")
    frame = pd.read_parquet("v5.3/validation_example_preds.parquet").reset_index()
    job = w.api.upload_diagnostics(df=frame, model_id=w.model)
    assert is_id(job)
    (done,) = eventually(lambda: [d for d in w.api.diagnostics(w.model, job) if d["status"] == "done"])
    assert done["validationMmcMean"] is None
    assert -0.5 < done["validationBmcMean"] < 0.5


def read_diagnostics(w: World) -> None:
    assert w.api.diagnostics(w.model, NOBODY) == []


def uploaded_predictions(w: World) -> None:
    # The ids of the file at the beginning are those of a round that may be long over.
    predictions(w.api).to_csv("fresh.csv", index=False)
    assert is_id(w.api.upload_predictions("fresh.csv", model_id=None))
    with pytest.raises(ValueError, match="Model not found"):
        w.api.upload_predictions("fresh.csv", model_id=NOBODY)


def downloaded_submission(w: World) -> None:
    path = w.api.download_submission(w.submission, dest_path="back.csv")
    assert Path(path).read_bytes() == Path("predictions.csv").read_bytes()


def ids_of_submissions(w: World) -> None:
    rows = w.api.submission_ids(w.model)
    assert w.submission in [row["id"] for row in rows]
    assert isinstance(rows[0]["insertedAt"], str)


def uploaded_model(w: World) -> None:
    Path("m.pkl").write_bytes(b"a pickle")
    image = "Python 3.12"
    assert is_id(w.api.model_upload("m.pkl", model_id=w.model, data_version="v5.3", docker_image=image))
    with pytest.raises(ValueError, match=r"Only \.pkl files"):
        w.api.model_upload("predictions.csv", model_id=w.model)


def profile(w: World) -> None:
    found = w.api.public_user_profile(OURS)
    assert (found["id"], found["nmrStaked"]) == (w.model, Decimal(0))
    assert isinstance(found["startDate"], datetime)
    with pytest.raises(ValueError, match="User not found"):
        w.api.public_user_profile("nobody_at_all")


def bio(w: World) -> None:
    assert w.api.set_bio(w.model, "hello <b>") is True
    assert w.api.public_user_profile(OURS)["bio"] == "hello <b>"


def pipeline(w: World) -> None:
    status = w.api.pipeline_status()
    assert status["tournament"] == "classic"
    assert isinstance(status["scoredAt"], datetime)


def raw(w: World) -> None:
    query = "query($n: String!){ v3UserProfile(model_name: $n) { linkText } }"
    w.api.set_link(w.model, "site", "https://example.invalid")
    assert w.api.raw_query(query, {"n": OURS}) == {"data": {"v3UserProfile": {"linkText": "site"}}}
    added = w.api.raw_query('mutation { addModel(name: "second", tournament: 8) { id } }', authorization=True)
    assert w.api.get_models()["second"] == added["data"]["addModel"]["id"]
    # The later cases have one model again to be found without its id.
    assert w.api.raw_query("{ __typename }") == {"data": {"__typename": "RootQueryType"}}


def competitions(w: World) -> None:
    rows = w.api.get_competitions()
    assert rows[-1]["number"] == 1401
    assert all(row["openTime"] < row["resolveTime"] for row in rows)
    assert rows[-1]["resolvedGeneral"] is True


def staked_to(w: World) -> None:
    assert w.api.stake_set(0, w.model) is None
    refused("stake", w.api.stake_set, 1, w.model)


CASES: dict[str, Callable[[World], Any]] = {
    "check_new_round": lambda w: check(w.api.check_new_round() is True),
    "check_round_open": lambda w: eventually(w.api.check_round_open),
    "daily_model_performances": daily,
    "diagnostics": read_diagnostics,
    "download_dataset": downloaded_dataset,
    "download_submission": downloaded_submission,
    "get_account": accounts,
    "get_account_leaderboard": account_leaderboard,
    "get_competitions": competitions,
    "get_current_round": lambda w: check(w.api.get_current_round() >= w.number),
    "get_leaderboard": leaderboard,
    "get_models": lambda w: check(w.api.get_models()[OURS] == w.model and w.api.get_models(11) == {}),
    "get_submission_filenames": filenames,
    "intra_round_scores": intra_round,
    "list_datasets": listed_datasets,
    "list_rounds": listed_rounds,
    "model_upload": uploaded_model,
    "model_upload_data_versions": lambda w: check(list(w.api.model_upload_data_versions()) == ["v5.3"]),
    "model_upload_docker_images": lambda w: check("Python 3.11" in w.api.model_upload_docker_images()),
    "modelid_to_modelname": lambda w: check(w.api.modelid_to_modelname(w.model) == OURS),
    "models_of_account": lambda w: check(w.api.models_of_account("nab")[OURS] == w.model),
    "pending_model_payouts": payouts,
    "pipeline_status": pipeline,
    "public_user_profile": profile,
    "round_model_performances": deprecated_performances,
    "round_model_performances_v2": performances,
    "set_bio": bio,
    "set_global_data_dir": data_folder,
    "set_link": lambda w: check(w.api.set_link(w.model, "text", "https://example.invalid") is True),
    "set_submission_webhook": lambda w: check(
        w.api.set_submission_webhook(w.model, "https://x.invalid") is True
    ),
    "stake_change": lambda w: refused("stake", w.api.stake_change, 1, "increase", w.model),
    "stake_decrease": lambda w: refused("stake", w.api.stake_decrease, 1, w.model),
    "stake_drain": lambda w: refused("stake", w.api.stake_drain, w.model),
    "stake_get": lambda w: check(w.api.stake_get(OURS) == Decimal(0)),
    "stake_increase": lambda w: refused("stake", w.api.stake_increase, 1, w.model),
    "stake_set": staked_to,
    "submission_ids": ids_of_submissions,
    "submission_scores": scores,
    "upload_diagnostics": uploaded_diagnostics,
    "upload_predictions": uploaded_predictions,
    "v3_stake_auth": lambda w: refused("web3_staking", w.api.v3_stake_auth, w.submission, "0x0", 1),
    "v3_stake_claim": lambda w: refused("web3_staking", w.api.v3_stake_claim, "1", w.model, "0x0"),
    "v3_stake_config": lambda w: refused("web3_staking", w.api.v3_stake_config),
    "v3_stake_round": lambda w: refused("web3_staking", w.api.v3_stake_round, 1),
    "wallet_transactions": lambda w: check(w.api.wallet_transactions() == []),
    # Last, because it adds a model: the account has then no only one.
    "raw_query": raw,
}


def check(claim: bool) -> None:
    assert claim


def test_every_public_method_has_a_case():
    public = {name for name, _ in inspect.getmembers(numerapi.NumerAPI, callable) if not name.startswith("_")}

    assert public == set(CASES)


@pytest.mark.parametrize("method", CASES)
def test_numerapi_gets_what_it_expects_from(method, world):
    CASES[method](world)


def test_the_operations_can_be_counted():
    printed = command("operations").stdout.splitlines()

    assert printed[-1] in (Path(__file__).parents[3] / "docs" / "tournament.md").read_text()
    assert printed[-1].startswith(f"{len(printed) - 1} operations: ")


def test_tokens_without_a_scope_are_told_which_one(tmp_path, monkeypatch):
    running = Server(tmp_path, *PACE, "--model", OURS, "--scope", "read_user_info")
    api = running.client(monkeypatch)
    model = api.get_models()[OURS]

    refused("upload_submission", api.upload_predictions, os.devnull, model)
    refused("read_submission_info", api.submission_ids, model)
    refused("write_user_info", api.set_bio, model, "x")
    assert running.ends() == 0
