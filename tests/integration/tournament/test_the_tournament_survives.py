"""Killed, started again, packed up and unpacked: what was acknowledged is there, and answers are the same."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from pathlib import Path
from typing import Any

import numerapi
import pandas as pd
import pytest
import requests

from nab.tournament.play.account import EVERY_SCOPE
from support.servers.local_tournaments import Server, command, eventually, predictions

OURS = "ours"
PACE = ("--rounds-every", "600", "--window", "400", "--scoring-day", "5", "--first-score-lag", "1")
SCOPES = tuple(word for scope in EVERY_SCOPE for word in ("--scope", scope))
OPTIONS = (*PACE, *SCOPES, "--rate-limits", "none", "--model", OURS, "--model", "other")
UPLOADERS = 4
SUBMISSIONS = "query($m: ID){ submissions(modelId: $m) { id filename insertedAt status round { number } } }"


def advance(server: Server, seconds: float) -> None:
    assert requests.post(f"{server.url}/admin/clock", json={"seconds": seconds}, timeout=60).ok


def submissions(api: numerapi.NumerAPI, model: str) -> list[dict[str, Any]]:
    return list(api.raw_query(SUBMISSIONS, {"m": model}, authorization=True)["data"]["submissions"])


def finals(api: numerapi.NumerAPI, model: str, numbers: list[int]) -> list[dict[str, Any]]:
    rows = api.submission_scores(model)
    return [row for row in rows if row["roundNumber"] in numbers]


def upload_until_killed(
    api: numerapi.NumerAPI, model: str, frame: pd.DataFrame, seen: dict[str, str]
) -> None:
    """Upload again and again, and note every submission that was acknowledged."""
    while True:
        try:
            seen[str(api.upload_predictions(df=frame, model_id=model))] = model
        except (KeyError, requests.RequestException):
            return


def test_everything_acknowledged_before_a_kill_is_there_afterwards(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    killed = Server(tmp_path / "s", *OPTIONS)
    api = killed.client(monkeypatch)
    models, frame = api.get_models(), predictions(api)
    api.set_bio(models[OURS], "still here")
    number = killed.health()["round"]
    requests.post(f"{killed.url}/admin/faults", json={"fault": "stale-answers:seconds=0"}, timeout=10)
    job = api.upload_diagnostics(df=frame, model_id=models[OURS])
    seen: dict[str, str] = {}
    workers = [
        threading.Thread(target=upload_until_killed, args=(api, models[name], frame, seen))
        for name in [OURS, "other"] * (UPLOADERS // 2)
    ]
    for worker in workers:
        worker.start()
    eventually(lambda: len(seen) >= 40)
    killed.process.kill()
    for worker in workers:
        worker.join(30)
    killed.process.communicate()

    again = Server(tmp_path / "s", *OPTIONS)
    api = again.client(monkeypatch)
    listed = {row["id"]: row for model in models.values() for row in submissions(api, model)}
    assert set(seen) <= set(listed)
    assert {listed[id]["round"]["number"] for id in seen} == {number}
    for id in seen:
        api.download_submission(id, dest_path="back.csv")
        assert Path("back.csv").read_bytes() == frame.to_csv(index=False).encode()
    assert api.get_models() == models
    assert api.public_user_profile(OURS)["bio"] == "still here"
    assert eventually(lambda: api.diagnostics(models[OURS], job)[0]["status"] == "error")
    assert "stale-answers:seconds=0" in requests.get(f"{again.url}/admin/faults", timeout=10).json()["active"]
    assert again.ends() == 0
    assert not list((again.folder / "uploads" / "submissions").glob(".*"))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tournament that was left with two finished rounds, one that is scored, and the clock ahead."""
    folder = tmp_path_factory.mktemp("p")
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    running = Server(folder / "s", *OPTIONS)
    api = running.client(patch)
    model = api.get_models()[OURS]
    for _ in range(3):
        api.upload_predictions(df=predictions(api), model_id=model)
        advance(running, 600)
    facts = {
        "model": model,
        "round": running.health()["round"],
        "submissions": submissions(api, model),
        "finals": finals(api, model, [1401, 1402]),
        "standing": api.daily_model_performances(OURS),
        "leaders": api.get_leaderboard(),
    }
    assert facts["finals"]
    assert running.ends() == 0
    command("export", "--state", str(folder / "s"), str(folder / "t.tar.gz"))
    (folder / "facts.json").write_text(json.dumps(facts, default=str))
    patch.undo()
    return folder


def same_answers(server: Server, api: numerapi.NumerAPI, facts: dict[str, Any]) -> None:
    found = {
        "model": api.get_models()[OURS],
        "round": server.health()["round"],
        "submissions": submissions(api, facts["model"]),
        "finals": finals(api, facts["model"], [1401, 1402]),
        "standing": api.daily_model_performances(OURS),
        "leaders": api.get_leaderboard(),
    }
    assert json.loads(json.dumps(found, default=str)) == facts


def test_a_restart_gives_the_same_answers_with_the_clock_still_ahead(played, monkeypatch):
    again = Server(played / "s", *OPTIONS)
    same_answers(again, again.client(monkeypatch), json.loads((played / "facts.json").read_text()))
    assert again.ends() == 0


def test_an_exported_tournament_is_replayed_elsewhere_to_equal_answers(played, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    brought = command("import", "--state", str(tmp_path / "n"), str(played / "t.tar.gz"))
    assert brought.returncode == 0, brought.stderr
    assert (tmp_path / "n" / "tournament" / "key.json").stat().st_mode & 0o777 == 0o600

    replayed = Server(tmp_path / "n", *OPTIONS)
    api = replayed.client(monkeypatch)
    facts = json.loads((played / "facts.json").read_text())
    same_answers(replayed, api, facts)
    newest = facts["submissions"][0]["id"]
    assert Path(api.download_submission(newest, dest_path="back.csv")).stat().st_size > 1000
    assert replayed.ends() == 0


def test_options_of_another_tournament_are_refused(played):
    ended = command("--state", str(played / "s"), "--port", "0", "--size", "tiny", "--seed", "2")

    assert ended.returncode == 2
    assert "--seed 1" in ended.stderr


def test_a_tournament_is_not_unpacked_over_another(played):
    ended = command("import", "--state", str(played / "s"), str(played / "t.tar.gz"))

    assert ended.returncode == 1
    assert "another --state" in ended.stderr


def test_an_exported_file_cannot_leave_its_folder(tmp_path):
    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(evil, "w:gz") as bundle:
        for name in ("tournament.db", "key.json", "uploads/../../../escaped"):
            about = tarfile.TarInfo(name)
            about.size = 1
            bundle.addfile(about, io.BytesIO(b"x"))
    ended = command("import", "--state", str(tmp_path / "s"), str(evil))

    assert ended.returncode == 1
    assert "is no exported tournament" in ended.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [evil]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00half"])
def test_a_file_that_is_no_tournament_is_refused(tmp_path, content):
    (tmp_path / "f").write_bytes(content)
    ended = command("import", "--state", str(tmp_path / "s"), str(tmp_path / "f"))

    assert ended.returncode == 1
    assert "is no exported tournament" in ended.stderr


def test_a_database_that_is_none_is_named_with_a_remedy(tmp_path):
    (tmp_path / "tournament").mkdir()
    (tmp_path / "tournament" / "tournament.db").write_bytes(
        b"this is no database, but long enough to be read" * 50
    )
    ended = command("--state", str(tmp_path), "--port", "0", "--size", "tiny")

    assert ended.returncode == 2
    assert "move it away" in ended.stderr
