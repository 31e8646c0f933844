"""make contract, against the real local tournament and against one that answers otherwise."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
import requests

from nab.actions.contract import comparison
from nab.actions.health.doctor import doctor
from nab.config import load
from nab.core.health.checks import CheckVerdict
from support.servers.changed_numerai import (
    Answer,
    changed,
    declared_as,
    everywhere,
    in_answers_to,
    whole,
    without_field,
)
from support.servers.local_tournaments import ENVIRONMENT, REPOSITORY, Server

LONG_ENOUGH = 8 * 86_400  # seconds: a Tuesday, and scores of the first round


def settings(folder, port, state):
    """Return the settings of an installation whose tournament answers at a port."""
    file = folder / "nab.toml"
    file.write_text(f"[tournament]\nlocal_port = {port}\n")
    return load(file, state)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("c")
    running = Server(
        folder, "--preset", "live", "--rate-limits", "all", "--model", "ours", "--model", "other"
    )
    running.at_first = comparison.look(settings(folder, port_of(running), folder), None)[1]
    requests.post(f"{running.url}/admin/clock", json={"seconds": LONG_ENOUGH}, timeout=600).raise_for_status()
    yield running
    assert running.ends() == 0


@pytest.fixture
def configured(server, tmp_path):
    return lambda port, state=server.state: settings(tmp_path, port, state)


def port_of(server):
    return int(server.url.rpartition(":")[2])


def test_the_local_tournament_answers_as_is_on_record(server, configured):
    config = configured(port_of(server))

    _, result = comparison.look(config, None)

    assert result.differences == []
    assert result.with_key
    assert doctor.contract(config).finding.startswith(
        f"no difference between {server.url} and the local tournament"
    )


def test_a_tournament_that_has_just_begun_differs_in_nothing(server):
    assert server.at_first.differences == []


def earlier_on_tuesdays(rounds):
    for one in rounds:
        if (
            one
            and "closeStakingTime" in one
            and (opens := datetime.fromisoformat(one["openTime"])).weekday() == 1
        ):
            one["closeStakingTime"] = (opens + timedelta(minutes=45)).isoformat()
    return rounds


PLANTED = {
    "Round.resolveTime": [without_field("Round", "resolveTime", instead="resolvesAt")],
    "V3UserProfile.stakeValue": [without_field("V3UserProfile", "stakeValue")],
    "SubmissionScore.value": [
        declared_as("SubmissionScore", "value", "Decimal"),
        in_answers_to("submissionScores", lambda rows: everywhere(rows, "value", str)),
    ],
    "no key": [
        whole(
            lambda _, answer: "not_authenticated" in json.dumps(answer.told),
            Answer(401, {"error": "unauthorised"}),
        )
    ],
    "dataset v5.3/live.parquet": [
        in_answers_to(
            "listDatasets", lambda names: [*{*names} - {"v5.3/live.parquet"}, "v5.3/live/live.parquet"]
        )
    ],
    "dataset": [in_answers_to("listDatasets", lambda names: [*names, "v5.4/live.parquet"])],
    "rounds on Tuesday": [in_answers_to("rounds", earlier_on_tuesdays)],
    "ModelData.modelName": [
        in_answers_to("roundDetails", lambda told: everywhere(told, "modelName", lambda _: None))
    ],
    "LatestSubmission.status": [
        in_answers_to("account", lambda told: everywhere(told, "status", lambda _: "accepted"))
    ],
    "rate of submissionScores": [
        in_answers_to(
            "graphqlRateLimits",
            lambda rows: [
                {**row, "limitCount": 30} if row["operation"] == "submissionScores" else row for row in rows
            ],
        )
    ],
}
BREAKS = {
    "Round.resolveTime": "numerapi list_rounds",
    "V3UserProfile.stakeValue": "numerapi stake_get",
    "SubmissionScore.value": "scores of our models (fetch_scores, make results)",
    "no key": "the harness: Refused in Numerai's words; numerapi: raises ValueError with the message",
    "dataset v5.3/live.parquet": "submit.sh of every agent (prompts L1, L2; agents baseline, random)",
    "dataset": "agents baseline, random, example (a fixed version or the newest); prompts L1, L2 (the newest)",
    "rounds on Tuesday": "numerapi check_round_open; the local tournament's calendar (rounds/weekly.py)",
    "ModelData.modelName": "ranks within a round (fetch_scores)",
    "LatestSubmission.status": "outcomes: what counts in a round (reconcile, make status)",
    "rate of submissionScores": "numerapi submission_scores",
}


def test_ten_changes_are_ten_differences_each_with_what_it_breaks(server, configured):
    with changed(server.url, *(change for changes in PLANTED.values() for change in changes)) as port:
        config = configured(port)
        _, result = comparison.look(config, None)

    found = {one.place: one for one in result.differences}
    assert sorted(one.place for one in result.differences) == sorted(PLANTED)
    assert {place: who for place, who in BREAKS.items() if who not in found[place].breaks} == {}
    assert found["Round.resolveTime"].there == "perhaps resolvesAt now"
    assert found["dataset v5.3/live.parquet"].there == "v5.3/live/live.parquet"
    shown = comparison.show(result)
    assert all(place in shown for place in PLANTED)
    assert doctor.contract(config).verdict is CheckVerdict.WARN
    assert "10 differences" in doctor.contract(config).finding


def test_without_a_key_the_public_questions_alone_are_asked(server, configured, tmp_path):
    _, result = comparison.look(configured(port_of(server), tmp_path / "state"), None)

    assert result.differences == []
    assert not result.with_key
    assert any("only public questions" in note for note in result.not_compared)


def test_answers_that_were_saved_hold_no_key_and_are_what_a_tournament_is_brought_up_to_date_by(
    server, configured, tmp_path
):
    change = without_field("V3UserProfile", "stakeValue", instead="stakedValue")
    with changed(server.url, change) as port:
        found, _ = comparison.look(configured(port), None)
    comparison.save(found, tmp_path / "live.json")

    _, result = comparison.look(configured(port_of(server)), tmp_path / "live.json")

    key = json.loads((server.folder / "key.json").read_text())
    saved = (tmp_path / "live.json").read_text()
    assert not any(
        part in saved for part in (*key.values(), *server.health()["models"].values(), "X-Amz-Signature=")
    )
    assert result.against == "live.json"
    assert [(one.place, one.what, one.here) for one in result.differences] == [
        ("V3UserProfile.stakeValue", "is there", "perhaps stakedValue now")
    ]


def test_the_door_prints_json_and_ends_with_one_where_something_differs(server, configured, tmp_path):
    change = in_answers_to("listDatasets", lambda names: [*names, "v5.4/live.parquet"])
    with changed(server.url, change) as port:
        configured(port)
        done = subprocess.run(
            [
                sys.executable, REPOSITORY / "scripts/contract.py", "--config", tmp_path / "nab.toml",
                "--state", server.state, "--json", "--save", tmp_path / "told.json",
            ],
            capture_output=True, text=True, check=False, env=ENVIRONMENT, timeout=300,
        )  # fmt: skip

    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert [one["there"] for one in told["differences"]] == ["v5.4"]
    assert (tmp_path / "told.json").is_file()
