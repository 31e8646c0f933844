"""What is let through to Numerai and what comes back, as values: no proxy, no network."""

import json
import logging

import numerapi
import pytest
from numerai.numerai_call import Questions
from numerai.storage import Storage
from numerapi import utils
from orders import Orders
from refused import Refused

from support.attacks import attacks
from support.servers.proxies import MINE, OTHER

ORDERS = Orders(
    run="r",
    session="work",
    address="10.0.0.2",
    numerai="live",
    model={"id": MINE.id, "name": MINE.name},
    others=({"id": OTHER.id, "name": OTHER.name},),
)
SUBMISSION = "5d0a0000-0000-4000-8000-000000000001"


@pytest.fixture
def questions():
    return Questions(ORDERS, Storage(), now=0.0)


def asked(questions, body, now=0.0):
    """Return what is sent on for a body."""
    document, operation = questions.read(body)
    questions.judge(document, now)
    return document, json.loads(questions.written(document, operation))


def told(questions, query, answer):
    document, _ = asked(questions, attacks.asking(query))
    return json.loads(questions.told(document, json.dumps(answer).encode()))


# A placeholder in a body is the broker's to find.
BODIES = {name: body for name, body in attacks.bodies() if "placeholder" not in name}


@pytest.mark.parametrize("name", BODIES)
def test_no_attack_in_a_body_gets_through(questions, name):
    with pytest.raises(Refused):
        asked(questions, BODIES[name])


ALLOWED = {
    "check_new_round": (),
    "check_round_open": (),
    "daily_model_performances": (MINE.name,),
    "diagnostics": (MINE.id,),
    "download_dataset": ("v5.3/live.parquet",),
    "get_account_leaderboard": (),
    "get_competitions": (),
    "get_current_round": (),
    "get_leaderboard": (),
    "get_models": (),
    "get_submission_filenames": (8, 1, MINE.id),
    "intra_round_scores": (MINE.id,),
    "list_datasets": (),
    "list_rounds": (),
    "modelid_to_modelname": (MINE.id,),
    "models_of_account": ("me",),
    "pipeline_status": (),
    "public_user_profile": (MINE.name,),
    "round_model_performances": (MINE.id,),
    "round_model_performances_v2": (MINE.id,),
    "stake_get": (MINE.name,),
    "submission_ids": (MINE.id,),
    "submission_scores": (MINE.id,),
    "upload_diagnostics": ("/dev/null", 8, MINE.id),
    "upload_predictions": ("/dev/null", MINE.id),
}
REFUSED = {
    "download_submission": (SUBMISSION,),
    "get_account": (),
    "model_upload_data_versions": (),
    "model_upload_docker_images": (),
    "pending_model_payouts": (),
    "set_bio": (MINE.id, "x"),
    "set_link": (MINE.id, "x", "https://x.invalid"),
    "set_submission_webhook": (MINE.id, "https://x.invalid"),
    "stake_change": (1, "increase", MINE.id),
    "stake_decrease": (1, MINE.id),
    "stake_drain": (MINE.id,),
    "stake_increase": (1, MINE.id),
    "v3_stake_auth": (SUBMISSION, "0x0", "1"),
    "v3_stake_claim": ("1", MINE.id, "0x0"),
    "v3_stake_config": (),
    "v3_stake_round": ("1",),
    "wallet_transactions": (),
}
ELSEWHERE = {
    "model_upload",  # asks for a pickle's address first: refused like the lists of its images
    "raw_query",
    "set_global_data_dir",  # asks nothing
    "stake_set",  # reads the stake, then changes it
}


def test_every_method_of_numerapi_is_either_allowed_or_refused():
    public = {
        name
        for name in dir(numerapi.NumerAPI)
        if not name.startswith("_") and callable(getattr(numerapi.NumerAPI, name))
    }

    assert public == set(ALLOWED) | set(REFUSED) | ELSEWHERE


class Posted(Exception):
    """What numerapi would have sent."""


@pytest.fixture
def api(monkeypatch):
    def post(_url, body, _headers, **_more):
        raise Posted(body)

    monkeypatch.setattr(utils, "post_with_err_handling", post)
    logging.getLogger("numerapi").setLevel(logging.CRITICAL)
    return numerapi.NumerAPI("id", "key", verbosity="critical")


@pytest.mark.parametrize("method", ALLOWED)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_numerapi_asks_is_let_through(api, questions, method):
    with pytest.raises(Posted) as posted:
        getattr(api, method)(*ALLOWED[method])

    asked(questions, json.dumps(posted.value.args[0]).encode())


@pytest.mark.parametrize("method", REFUSED)
def test_what_numerapi_must_not_ask_is_refused(api, questions, method):
    with pytest.raises(Posted) as posted:
        getattr(api, method)(*REFUSED[method])

    with pytest.raises(Refused):
        asked(questions, json.dumps(posted.value.args[0]).encode())


def test_the_account_lists_one_model_whatever_it_is_called(questions):
    query = "{ account { a: models { ...M } } } fragment M on Model { id: name x: tournament }"
    _, sent = asked(questions, attacks.asking(query))
    answer = {
        "data": {
            "account": {
                "a": [{"id": "n", "x": 8, "nab_model": MINE.id}, {"id": "n", "x": 8, "nab_model": OTHER.id}]
            }
        }
    }

    assert "nab_model: id" in sent["query"]
    assert told(questions, query, answer) == {"data": {"account": {"a": [{"id": "n", "x": 8}]}}}


def test_rows_of_other_models_are_left_out_and_their_ids_hidden(questions):
    answer = {
        "data": {
            "v2Leaderboard": [{"username": OTHER.name.upper()}, {"username": "else"}, {"username": MINE.name}]
        },
        "errors": [{"message": f"Model {OTHER.id} is not here"}],
    }

    assert told(questions, "{ v2Leaderboard { username } }", answer) == {
        "data": {"v2Leaderboard": [{"username": "else"}, {"username": MINE.name}]},
        "errors": [{"message": "Model [hidden] is not here"}],
    }


def test_an_answer_without_others_is_passed_on_byte_for_byte(questions):
    document, _ = asked(questions, attacks.asking("{ rounds { number } }"))
    answer = b'{ "data": {"rounds": [ {"number":1.10, "x": "\\u00e9"} ]}}'

    assert questions.told(document, answer) == answer


def test_an_answer_that_cannot_be_read_is_kept_back(questions):
    document, _ = asked(questions, attacks.asking("{ rounds { number } }"))

    with pytest.raises(Refused):
        questions.told(document, b"<html>")


def test_a_submission_is_downloaded_once_it_was_told_as_own(questions):
    download = attacks.asking('{ submissionDownloadAuth(id: "' + SUBMISSION + '") { url } }')
    with pytest.raises(Refused, match="list them first"):
        asked(questions, download)

    told(
        questions,
        f'{{ submissions(modelId: "{MINE.id}") {{ x: id }} }}',
        {"data": {"submissions": [{"x": SUBMISSION}]}},
    )

    asked(questions, download)


def test_another_models_submissions_are_not_learnt_from_the_account(questions):
    row = {"id": OTHER.id, "nab_model": OTHER.id, "submissions": [{"id": SUBMISSION}]}
    told(
        questions,
        "{ account { models { id submissions { id } } } }",
        {"data": {"account": {"models": [row]}}},
    )

    assert questions.submissions == frozenset()


def test_files_go_where_the_answers_said_and_nowhere_else(questions):
    url = "https://store.example/a/p%2B1.csv?X-Amz-Credential=AK%2F1&X-Amz-Signature=f"
    query = f'{{ submissionUploadAuth(filename: "p", tournament: 8, modelId: "{MINE.id}") {{ u: url }} }}'
    told(questions, query, {"data": {"submissionUploadAuth": {"u": url}}})
    store = questions.storage

    store.check("PUT", "https", "STORE.example", "/a/p%2B1.csv?X-Amz-Credential=AK/1&X-Amz-Signature=f")
    assert store.is_store("store.example")
    for method, scheme, target in (
        ("PUT", "https", "/a/p%2B1.csv?X-Amz-Credential=AK/1&X-Amz-Signature=g"),
        ("PUT", "https", "/a/p%2B1.csv"),
        ("PUT", "http", "/a/p%2B1.csv?X-Amz-Credential=AK%2F1&X-Amz-Signature=f"),
        ("POST", "https", "/a/p%2B1.csv?X-Amz-Credential=AK%2F1&X-Amz-Signature=f"),
        ("GET", "https", "/a/p%2B1.csv?X-Amz-Credential=AK%2F1&X-Amz-Signature=f"),
    ):
        with pytest.raises(Refused):
            store.check(method, scheme, "store.example", target)


def test_datasets_are_read_and_never_written(questions):
    host = "numerai-datasets-us-west-2.s3.amazonaws.com"

    questions.storage.check("GET", "https", host, "/v5.3/live.parquet?X-Amz-Signature=f")
    questions.storage.check("HEAD", "https", host, "/v5.3/live.parquet")
    with pytest.raises(Refused):
        questions.storage.check("PUT", "https", host, "/v5.3/live.parquet")


def test_diagnostics_come_at_their_pace(questions):
    body = attacks.asking(
        f'mutation {{ createDiagnostics(filename: "p", tournament: 8, modelId: "{MINE.id}") {{ id }} }}'
    )
    for _ in range(5):
        asked(questions, body, now=1.0)

    with pytest.raises(Refused, match="not more than 5 diagnostics a minute") as refused:
        asked(questions, body, now=2.0)
    assert (refused.value.status, refused.value.wait) == (429, 11)
    asked(questions, body, now=13.0)


def test_without_a_model_of_its_own_an_agent_submits_to_none():
    nobody = Questions(Orders(run="r", session="s", address="a", numerai="live"), Storage(), 0.0)

    for body in (
        attacks.submit('modelId: ""'),
        attacks.submit("modelId: null"),
        attacks.asking(attacks.SUBMIT, {"m": MINE.id}),
    ):
        with pytest.raises(Refused):
            asked(nobody, body)
