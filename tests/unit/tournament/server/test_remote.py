"""What the commands ask of a tournament that runs, and how they tell it."""

import pytest

from nab.core.errors import NabError
from nab.tournament.server import remote

HEALTH = {
    "standing": "round 1401 is open, on time until 2026-11-23T12:00:34.000Z",
    "now": "2026-11-23T12:00:00.000Z",
    "models": {"my_bot": "m-1", "other": "m-2"},
    "submissions": {"my_bot": "on-time for round 1401, uploaded at 2026-11-23T11:59:00.000Z"},
}


@pytest.fixture
def asked(monkeypatch):
    """Answer in a tournament's place, and note what it was asked."""
    heard = []
    answers = {
        "health": HEALTH,
        "faults": {"active": ["html:times=2"], "struck": {"html": 1, "storage-refuses": 2}, "cleared": []},
    }

    def ask(root, method, path, body=None):
        heard.append((method, path, body))
        return {**answers.get(path, {}), "active": body["fault"]} if body else answers[path]

    monkeypatch.setattr(remote, "ask", ask)
    return heard


def test_a_status_tells_the_round_the_models_with_their_newest_submission_and_the_faults(asked, tmp_path):
    assert remote.status(tmp_path) == [
        "round 1401 is open, on time until 2026-11-23T12:00:34.000Z",
        "now 2026-11-23T12:00:00.000Z",
        "model my_bot m-1: on-time for round 1401, uploaded at 2026-11-23T11:59:00.000Z",
        "model other m-2: no submission",
        "fault html:times=2 is on, happened 1 time",
        "fault storage-refuses is over, happened 2 times",
    ]


def test_who_clears_faults_hears_of_those_that_were_used_up(asked, tmp_path):
    assert remote.clear_faults(tmp_path) == [
        "off: no fault was on",
        "fault html is over, happened 1 time",
        "fault storage-refuses is over, happened 2 times",
    ]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["html"], "html"),
        (["truncated-download:share=0.3"], "truncated-download:share=0.3"),
        (["truncated-download", "share=0.3"], "truncated-download:share=0.3"),
        (["html:times=1,operation=x"], "html:times=1,operation=x"),
        (["html:times=1", "operation=x"], "html:times=1,operation=x"),
    ],
)
def test_the_values_of_a_fault_may_stand_in_one_word_or_in_several(asked, tmp_path, words, fault):
    assert remote.add_fault(tmp_path, words) == fault
    assert asked == [("POST", "faults", {"fault": fault})]


def test_where_no_tournament_runs_the_remedy_is_told(tmp_path):
    with pytest.raises(NabError, match="no tournament runs") as refused:
        remote.ask(tmp_path, "GET", "health")

    assert "numerai-local-tournament serve" in refused.value.hint
