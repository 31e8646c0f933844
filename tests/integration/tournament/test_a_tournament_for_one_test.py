"""The tournament that the pytest fixture gives: what a bot's test can do to it, and what it hears."""

from __future__ import annotations

from pathlib import Path

import numerapi
import pytest
import requests
from numerapi import base_api

from nab.core.errors import NabError
from nab.tournament.fixture import running
from support.servers.local_tournaments import predictions

OPTIONS = ("--preset", "bot", "--size", "tiny", "--model", "my_bot")


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    return tmp_path_factory.mktemp("datasets")


def client(tournament, monkeypatch, folder):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(base_api, "API_TOURNAMENT_URL", tournament.url)
    return numerapi.NumerAPI(*tournament.key, verbosity="error", show_progress_bars=False)


def rounds(api):
    return {one["number"]: (one["openTime"], one["closeStakingTime"]) for one in api.list_rounds()}


@pytest.fixture(scope="module")
def tournament(datasets):
    with running(OPTIONS, datasets) as one:
        yield one


def test_after_every_advance_numerapi_is_right_and_what_has_been_keeps_its_times(
    tournament, monkeypatch, tmp_path
):
    api = client(tournament, monkeypatch, tmp_path)
    number, model = api.get_current_round(), tournament.models["my_bot"]
    api.upload_predictions(df=predictions(api), model_id=model)
    assert api.check_round_open()

    for until, is_open in (("closed", False), ("open", True), ("scored", True)):
        before = rounds(api)
        assert tournament.advance(until)[-1].startswith("round ")
        assert (api.check_round_open(), api.check_new_round()) == (is_open, True)
        assert [n for n in before if n < max(before) and rounds(api)[n] != before[n]] == []

    newest = tournament.submissions("my_bot")[-1]
    assert (newest.round, newest.on_time, newest.selected) == (number, True, True)
    assert {row["day"] for row in api.submission_scores(model) if row["roundNumber"] == number} == {1}
    with pytest.raises(NabError, match="no model is called other"):
        tournament.submissions("other")


def test_a_live_file_of_the_round_before_is_named_on_the_terminal_and_a_fault_of_a_download_is_no_error_there(
    tournament, monkeypatch, tmp_path
):
    api = client(tournament, monkeypatch, tmp_path)
    number, stale = api.get_current_round(), predictions(api)
    tournament.advance(until="open")
    api.upload_predictions(df=stale, model_id=tournament.models["my_bot"])
    assert tournament.fault("truncated-download", share=0.3) == "truncated-download:share=0.3,times=1"
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        api.download_dataset("v5.3/train.parquet", "t.parquet")

    assert tournament.submissions("my_bot")[-1].on_time
    assert tournament.terminal[-1].endswith(
        f"on-time, with the ids of round {number}: its live file is stale"
    ), tournament.terminal


def test_a_live_file_of_the_round_before_can_be_refused_in_numerais_words(datasets, monkeypatch, tmp_path):
    with running((*OPTIONS, "--refuse-stale-ids"), datasets) as tournament:
        api = client(tournament, monkeypatch, tmp_path)
        stale = predictions(api)
        tournament.advance(until="open")

        with pytest.raises(ValueError, match="Are you using the latest live ids"):
            api.upload_predictions(df=stale, model_id=tournament.models["my_bot"])
        assert "refused: invalid_submission_ids" in tournament.terminal[-1]
        assert tournament.submissions("my_bot") == []
        root = tournament.root

    assert not Path(root).exists()


def test_a_tournament_that_cannot_start_says_why(datasets):
    with (
        pytest.raises(NabError, match="Invalid value for '--size'"),
        running(("--size", "huge"), datasets),
    ):
        raise AssertionError
