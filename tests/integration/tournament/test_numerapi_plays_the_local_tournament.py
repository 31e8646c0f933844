"""The unmodified numerapi against a real server process."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numerapi
import pandas as pd
import pytest
import requests

from support.servers.local_tournaments import Server, command, eventually, fresh_round, predictions

ROUND_SECONDS = 6
ENOUGH_SECONDS = 2.5
PACE = ("--rounds-every", str(ROUND_SECONDS), "--window", "4", "--scoring-day", "0.05", "--size", "tiny")
MODEL = "nab_baseline_l3"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("t"), *PACE)
    yield running
    if running.process.poll() is None:
        running.ends()


@pytest.fixture
def api(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> numerapi.NumerAPI:
    monkeypatch.chdir(tmp_path)
    return server.client(monkeypatch)


def test_data_downloads_whole_resumed_and_filtered(api):
    names = api.list_datasets()
    api.download_dataset("v5.3/train.parquet")
    whole = Path("v5.3/train.parquet").read_bytes()
    Path("v5.3/train.parquet").unlink()
    Path("v5.3/train.parquet.temp").write_bytes(whole[:1000])
    api.download_dataset("v5.3/train.parquet")
    api.download_dataset("v5.3/train.parquet", "one.parquet", filters=[("era", "==", "0003")])

    assert {"v5.3/features.json", "v5.3/validation.parquet", "v5.3/live.parquet"} <= set(names)
    assert Path("v5.3/train.parquet").read_bytes() == whole
    assert set(pd.read_parquet("one.parquet")["era"]) == {"0003"}


def test_an_upload_in_time_is_scored_to_its_twentieth_day(api, server):
    model = api.get_models()[MODEL]
    number = fresh_round(server, ENOUGH_SECONDS)
    frame = predictions(api)
    assert api.check_round_open()
    assert api.get_current_round() == number

    frame.to_csv("predictions.csv", index=False)
    first = api.upload_predictions("predictions.csv", model_id=model)
    second = api.upload_predictions(df=frame, model_id=model)

    assert [s["id"] for s in api.submission_ids(model)] == [second, first]
    assert api.get_submission_filenames(model_id=model)[0]["round_num"] == number
    assert api.download_submission(submission_id=first, dest_path="back.csv")
    assert Path("back.csv").read_bytes() == Path("predictions.csv").read_bytes()

    def final() -> list[dict[str, Any]]:
        rows = api.submission_scores(model, display_name="mmc", distinct_on_round=True)
        return [row for row in rows if row["roundNumber"] == number and row["day"] == 20]

    (row,) = eventually(final, ROUND_SECONDS + 5)
    assert row["submissionId"] == second
    assert -0.5 < row["value"] < 0.5
    assert 0 <= row["percentile"] <= 1
    rows = [
        row for row in api.submission_scores(model, display_name="v2_corr20") if row["roundNumber"] == number
    ]
    assert [row["day"] for row in rows] == list(range(20, 0, -1))
    performance = next(p for p in api.round_model_performances_v2(model) if p["roundNumber"] == number)
    assert {score["displayName"] for score in performance["submissionScores"]} > {"mmc", "v2_corr20"}


def test_a_late_upload_counts_as_late_and_then_for_the_next_round(api, server):
    model = api.get_models()["nab_random_l3"]
    number = fresh_round(server, ENOUGH_SECONDS)
    frame = predictions(api)
    eventually(lambda: not server.health()["open"])
    assert not api.check_round_open()
    api.upload_predictions(df=frame, model_id=model)

    query = "{account{models{name latestSubmissions(latestNRounds:3){roundNumber status}}}}"

    def standings() -> dict[int, str]:
        models = api.raw_query(query, authorization=True)["data"]["account"]["models"]
        rows = next(m["latestSubmissions"] for m in models if m["name"] == "nab_random_l3")
        return {row["roundNumber"]: row["status"] for row in rows}

    assert standings()[number] == "late"
    assert eventually(lambda: standings().get(number + 1) == "on-time")


def test_an_invalid_upload_is_refused_with_the_reason(api):
    frame = predictions(api)
    with pytest.raises(ValueError, match="Not enough stocks submitted"):
        api.upload_predictions(df=frame.iloc[1:], model_id=api.get_models()[MODEL])
    with pytest.raises(ValueError, match="headers must be one of"):
        api.upload_predictions(df=frame[["prediction"]], model_id=api.get_models()[MODEL])


def test_diagnostics_come_back_with_corr_and_without_mmc(api):
    model = api.get_models()[MODEL]
    api.download_dataset("v5.3/validation_example_preds.parquet")
    frame = pd.read_parquet("v5.3/validation_example_preds.parquet").reset_index()
    job = api.upload_diagnostics(df=frame, model_id=model)
    done = eventually(lambda: [d for d in api.diagnostics(model, job) if d["status"] == "done"])

    assert done[0]["validationMmcMean"] is None
    assert -0.5 < done[0]["validationCorrMean"] < 0.5
    assert len(done[0]["perEraDiagnostics"]) == done[0]["erasAcceptedCount"] > 0


def test_everything_else_that_is_served_suits_numerapi(api):
    account = api.get_account()
    model = api.get_models()[MODEL]

    assert account["apiTokens"][0]["scopes"][0] == "upload_submission"
    assert api.modelid_to_modelname(model) == MODEL
    assert api.models_of_account(account["username"]) == api.get_models()
    assert api.public_user_profile(MODEL)["id"] == model
    assert api.stake_get(MODEL) == 0
    assert api.list_rounds(limit=1)[0]["roundScoreConfigs"]
    assert api.list_rounds(status="open")[0]["number"] == api.get_current_round()
    assert api.get_competitions()[-1]["number"] == 1401
    assert api.pipeline_status()["tournament"] == "classic"
    assert api.intra_round_scores(model)[0]["roundNumber"] >= 1401
    with pytest.raises(ValueError, match="Insufficient permission for stake"):
        api.stake_increase(1, model)


def test_boxes_reach_the_socket_but_not_the_admin_page(server):
    def asks(path: str) -> int:
        connection = http.client.HTTPConnection("api-tournament.numer.ai")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(server.folder / "api.sock"))
        connection.request("GET", path)
        return connection.getresponse().status

    assert (server.folder / "api.sock").stat().st_mode & 0o777 == 0o666
    assert asks("/") == 200
    assert asks("/admin/health") == 404


def test_numerais_host_names_are_used_for_those_who_ask_by_them(server):
    def asks(host: str, method: str, path: str, body: str = "", **headers: str) -> requests.Response:
        return requests.request(
            method, server.url + path, data=body, headers={"Host": host, **headers}, timeout=10
        )

    query = json.dumps({"query": '{dataset(filename:"v5.3/features.json")}'})
    link = asks("api-tournament.numer.ai", "POST", "/", query).json()["data"]["dataset"]
    host, _, path = link.removeprefix("https://").partition("/")

    assert host == "numerai-datasets-us-west-2.s3.amazonaws.com"
    assert asks(host, "GET", f"/{path}").json()["feature_sets"]
    assert int(asks(host, "HEAD", f"/{path}").headers["Content-Length"]) > 1000
    assert asks(host, "GET", f"/{path}", Range="bytes=0-9").status_code == 206
    assert asks(host, "GET", f"/{path}0").status_code == 403
    assert asks(host, "PUT", f"/{path}", "new").status_code == 403


def test_a_second_tournament_on_the_same_state_is_told_so(server):
    ended = command("--state", str(server.folder.parent), "--port", "0", *PACE)

    assert ended.returncode == 75
    assert "a tournament runs already" in ended.stderr


def test_a_taken_port_is_named_with_a_remedy(server, tmp_path):
    port = server.url.rpartition(":")[2]
    ended = command("--state", str(tmp_path), *PACE, "--port", port)

    assert ended.returncode == 2
    assert port in ended.stderr
    assert "--port" in ended.stderr


def test_sigterm_ends_it_cleanly_and_the_rounds_go_on_at_the_next_start(server):
    last = server.health()["round"]
    assert server.ends() == 0
    assert not (server.folder / "api.sock").exists()
    assert (server.folder / "key.json").stat().st_mode & 0o777 == 0o600
    key = (server.folder / "key.json").read_bytes()

    again = Server(server.folder.parent, *PACE)
    assert again.health()["round"] >= last
    assert (server.folder / "key.json").read_bytes() == key
    assert again.ends() == 0
