"""What the unmodified numerapi does with each fault that can be switched on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numerapi
import pandas as pd
import pytest
import requests
from numerapi import utils

from nab.core.text import times
from nab.tournament.play.faults import KINDS
from support.servers.local_tournaments import Server, command, eventually, predictions

OURS = "ours"
PACE = ("--rounds-every", "600", "--window", "400", "--scoring-day", "10", "--first-score-lag", "1")
LATEST = "{account{models{latestSubmissions(latestNRounds:3){roundNumber status}}}}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("f"), *PACE, "--rate-limits", "none", "--model", OURS)
    yield running
    assert running.alive()
    assert running.ends() == 0
    assert not [line for line in running.printed if "Traceback" in line]


@pytest.fixture
def api(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[numerapi.NumerAPI]:
    monkeypatch.chdir(tmp_path)
    yield server.client(monkeypatch)
    requests.delete(f"{server.url}/admin/faults", timeout=10)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that numerapi would have waited before it tried again."""
    asked: list[float] = []
    monkeypatch.setattr(utils, "time", SimpleNamespace(sleep=asked.append))
    return asked


def admin(server: Server, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = requests.post(f"{server.url}/admin/{path}", json=body or {}, timeout=60)
    assert answer.ok, answer.text
    return dict(answer.json())


def add(server: Server, fault: str) -> None:
    admin(server, "faults", {"fault": fault})


def advance(server: Server, seconds: float) -> None:
    admin(server, "clock", {"seconds": seconds})


def seconds_until(server: Server, event: str) -> float:
    health = server.health()
    return (datetime.fromisoformat(health[event]) - datetime.fromisoformat(health["now"])).total_seconds()


def to_a_fresh_round(server: Server) -> int:
    advance(server, seconds_until(server, "next_opens") + 1)
    return int(server.health()["round"])


def statuses(api: numerapi.NumerAPI) -> dict[int, str]:
    models = api.raw_query(LATEST, authorization=True)["data"]["account"]["models"]
    return {row["roundNumber"]: row["status"] for row in models[0]["latestSubmissions"]}


def upload(api: numerapi.NumerAPI) -> str:
    return str(api.upload_predictions(df=predictions(api)))


def test_a_late_open_leaves_a_gap_in_which_no_round_is_open(api, server):
    number = to_a_fresh_round(server)
    add(server, "late-open:seconds=100")
    advance(server, 600)

    assert server.health()["round"] == number
    assert api.check_round_open() is False
    assert api.check_new_round() is False
    with pytest.raises(ValueError, match=r"^Current round not open for submissions$"):
        api.get_current_round()

    advance(server, 100)
    assert api.get_current_round() == number + 1
    opened = api.list_rounds(number=number + 1)[0]
    assert (opened["openTime"] - api.list_rounds(number=number)[0]["closeTime"]).total_seconds() == 100
    assert (opened["closeStakingTime"] - opened["openTime"]).total_seconds() == 400
    requests.delete(f"{server.url}/admin/faults", timeout=10)
    assert api.list_rounds(number=number + 1)[0] == opened


def test_the_gap_error_between_rounds_makes_checks_say_no_and_the_round_an_error(api, server):
    number = to_a_fresh_round(server)
    add(server, "gap-error")
    assert api.get_current_round() == number

    advance(server, seconds_until(server, "closes_on_time") + 1)
    assert api.check_round_open() is False
    with pytest.raises(ValueError, match="Current round not open for submissions"):
        api.get_current_round()


def test_429_beyond_the_budget_is_a_missing_key_and_is_not_tried_again(api, server, waits):
    add(server, "too-many-requests:budget=1,operation=account")
    assert api.get_models()

    assert api.raw_query("{account{id}}", authorization=True) == {}
    with pytest.raises(KeyError, match="data"):
        api.get_models()
    assert api.get_current_round()
    assert waits == []


def test_504_after_the_work_was_done_makes_numerapi_submit_twice(api, server, waits):
    to_a_fresh_round(server)
    model = api.get_models()[OURS]
    before = {row["id"] for row in api.submission_ids(model)}
    add(server, "gateway-timeout")
    answered = upload(api)

    added = {row["id"] for row in api.submission_ids(model)} - before
    assert len(added) == 2
    assert answered in added
    assert waits == [5]


def test_504_every_time_is_a_missing_key_although_every_try_has_submitted(api, server, waits):
    to_a_fresh_round(server)
    model = api.get_models()[OURS]
    before = len(api.submission_ids(model))
    add(server, "gateway-timeout:times=0")
    with pytest.raises(KeyError, match="data"):
        upload(api)

    assert len(api.submission_ids(model)) == before + 3
    assert waits == [5, 10]


def test_a_refused_file_is_not_noticed_until_it_is_not_found(api, server):
    add(server, "storage-refuses")
    with pytest.raises(ValueError, match=r"^FileNotFoundError uploads/predictions-"):
        upload(api)


def test_a_truncated_download_raises_and_the_next_try_completes_what_it_left(api, server):
    add(server, "truncated-download:share=0.3")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        api.download_dataset("v5.3/train.parquet", "t.parquet")
    # numerapi writes whole MiB only: of a smaller file nothing is left but the name.
    assert Path("t.parquet.temp").stat().st_size == 0

    api.download_dataset("v5.3/train.parquet", "t.parquet")
    assert pd.read_parquet("t.parquet", columns=["era"])["era"].nunique() > 1


def test_an_unresumable_download_is_appended_whole_and_so_corrupt(api, server):
    api.download_dataset("v5.3/train.parquet", "whole.parquet")
    whole = Path("whole.parquet").read_bytes()
    Path("t.parquet.temp").write_bytes(whole[:1000])
    add(server, "unresumable-download")
    api.download_dataset("v5.3/train.parquet", "t.parquet")

    assert Path("t.parquet").read_bytes() == whole[:1000] + whole


def test_a_queued_upload_may_be_on_time_only_after_a_watcher_has_looked(api, server):
    number = to_a_fresh_round(server)
    frame = predictions(api)
    advance(server, seconds_until(server, "closes_on_time") + 1)
    add(server, "queued-flips-late:seconds=60")
    api.upload_predictions(df=frame)
    assert statuses(api)[number + 1] == "queued"

    advance(server, seconds_until(server, "next_opens") + 30)
    assert statuses(api)[number + 1] == "queued"
    advance(server, 31)
    assert statuses(api)[number + 1] == "on-time"


def test_a_submission_that_is_listed_late_cannot_be_seen_at_first(api, server):
    add(server, "listed-late:seconds=30")
    id = upload(api)
    model = api.get_models()[OURS]
    assert id not in [row["id"] for row in api.submission_ids(model)]

    advance(server, 31)
    assert id in [row["id"] for row in api.submission_ids(model)]


def test_submissions_out_of_order_are_all_there(api, server):
    to_a_fresh_round(server)
    model = api.get_models()[OURS]
    for _ in range(3):
        upload(api)
    in_order = [row["id"] for row in api.submission_ids(model)]
    add(server, "out-of-order")
    found = [row["id"] for row in api.submission_ids(model)]

    assert found != in_order
    assert sorted(found) == sorted(in_order)


def test_stale_answers_do_not_know_the_newest_upload(api, server):
    number = to_a_fresh_round(server)
    upload(api)
    assert statuses(api)[number] == "on-time"
    add(server, "stale-answers:seconds=60")
    assert api.get_current_round() == number - 1
    assert number not in statuses(api)

    advance(server, 61)
    assert statuses(api)[number] == "on-time"


def test_empty_answers_look_like_nothing_was_ever_uploaded(api, server):
    upload(api)
    model = api.get_models()[OURS]
    add(server, "empty-answers")
    assert api.submission_ids(model) == []
    assert api.get_submission_filenames(model_id=model)

    add(server, "empty-answers:operation=model")
    assert api.get_submission_filenames(model_id=model) == []


def test_a_score_may_name_a_submission_that_was_never_listed(api, server):
    number = to_a_fresh_round(server)
    id = upload(api)
    model = api.get_models()[OURS]
    advance(server, 415)

    def scored() -> dict[str, Any]:
        return next(row for row in api.submission_scores(model) if row["roundNumber"] == number)

    assert scored()["submissionId"] == id
    add(server, "foreign-score")
    assert scored()["submissionId"] not in [row["id"] for row in api.submission_ids(model)]
    assert scored()["value"] is not None


def test_scores_may_come_by_another_version_of_the_scoring(api, server):
    number = to_a_fresh_round(server)
    upload(api)
    model = api.get_models()[OURS]
    advance(server, 415)

    def scored(**asked: Any) -> list[dict[str, Any]]:
        return [row for row in api.submission_scores(model, **asked) if row["roundNumber"] == number]

    before = scored()
    add(server, "rescored:version=v2,factor=0.5")
    after = scored(version="v2")
    (config, *_) = api.list_rounds(number=number)[0]["roundScoreConfigs"]

    assert {row["version"] for row in before} == {"1"}
    assert [row["value"] for row in after] == [row["value"] * 0.5 for row in before]
    assert scored(version="1") == []
    assert config["version"] == "v2"


def test_stuck_diagnostics_run_until_the_fault_is_cleared(api, server):
    add(server, "stuck-diagnostics")
    model = api.get_models()[OURS]
    api.download_dataset("v5.3/validation_example_preds.parquet")
    frame = pd.read_parquet("v5.3/validation_example_preds.parquet").reset_index()
    job = api.upload_diagnostics(df=frame, model_id=model)

    assert eventually(lambda: api.diagnostics(model, job)[0]["status"] == "running")
    advance(server, 1000)
    assert api.diagnostics(model, job)[0]["status"] == "running"
    requests.delete(f"{server.url}/admin/faults/stuck-diagnostics", timeout=10)
    assert eventually(lambda: api.diagnostics(model, job)[0]["status"] == "done")


def test_a_hanging_connection_holds_numerapi_until_it_is_answered(api, server):
    add(server, "hanging:seconds=2,operation=rounds")
    started = datetime.now(UTC)
    with pytest.raises(KeyError, match="data"):
        # numerapi has no timeout: only the server ends this.
        api.raw_query("{rounds(number: 0){number}}", retries=1)["data"]

    assert 1.5 < (datetime.now(UTC) - started).total_seconds() < 10
    held = threading.Thread(target=lambda: api.raw_query("{rounds{number}}", retries=1), daemon=True)
    held.start()
    assert api.get_models()
    assert held.is_alive()
    held.join(10)


def test_html_with_status_200_is_a_missing_key(api, server, waits):
    add(server, "html:operation=account")
    assert api.raw_query("{account{id}}", authorization=True) == {}
    with pytest.raises(KeyError, match="data"):
        api.get_account()
    assert waits == []


def test_every_fault_has_its_test():
    told = Path(__file__).read_text()

    assert [name for name in KINDS if f'add(server, "{name}' not in told] == []


def test_faults_and_the_clock_are_commands_too(api, server):
    at = ("--state", str(server.state))
    assert command("fault", "add", *at, "html:times=1").stdout == "on: html:times=1\n"
    assert "fault html:times=1 is on" in command("status", *at).stdout.splitlines()
    with pytest.raises(KeyError):
        api.get_account()
    assert command("fault", "clear", *at).stdout.splitlines() == [
        "off: no fault was on",
        "fault html is over, happened 1 time",
    ]
    assert command("fault", "add", *at, "truncated-download", "share=0.3").stdout == (
        "on: truncated-download:share=0.3,times=1\n"
    )
    assert command("fault", "clear", *at).stdout.startswith("off: truncated-download\n")
    assert len(command("fault", "list").stdout.splitlines()) == len(KINDS)

    to_a_fresh_round(server)
    closes = server.health()["closes_on_time"]
    assert command("advance", *at, "--seconds", "5").returncode == 0
    assert times.parse(server.health()["closes_on_time"]) <= times.parse(closes) - timedelta(seconds=4)
    assert "round" in command("advance", *at).stdout
    assert "closed at" in command("advance", *at, "--until", "closed").stdout
    assert command("advance", *at, "--until", "open", "--seconds", "5").returncode == 2


def test_what_comes_next_of_the_rounds_is_brought_forward_by_a_command(api, server):
    at = ("--state", str(server.state))
    before = server.health()
    said = command("bring-forward", *at).stdout.split()

    assert said[2] == ("closes" if before["open"] else "opens")
    assert times.parse(said[3]) < times.parse(before["closes_on_time" if before["open"] else "next_opens"])


@pytest.mark.parametrize(
    "described", ["nothing", "html:seconds=3", "hanging:seconds=long", "hanging:seconds=-1"]
)
def test_a_fault_that_is_none_is_refused_with_the_choices(server, described):
    ended = command("fault", "add", "--state", str(server.state), described)

    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 2


def test_a_command_without_a_tournament_says_how_to_start_one(tmp_path):
    ended = command("status", "--state", str(tmp_path))

    assert ended.returncode == 1
    assert "start one" in ended.stderr


def test_a_fault_can_be_on_from_the_start(tmp_path, monkeypatch):
    running = Server(tmp_path, *PACE, "--model", OURS, "--fault", "html:times=1")
    api = running.client(monkeypatch)
    with pytest.raises(KeyError):
        api.get_models()
    assert api.get_models()
    assert running.ends() == 0
