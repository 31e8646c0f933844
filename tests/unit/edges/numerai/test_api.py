import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nab.core.errors import NabError
from nab.core.windows.retries import Patience
from nab.edges.numerai.api import Numerai, Refused, Unanswered
from nab.edges.secrets.keys import Key, read_key

KEY = Key("PUBLIC", "SECRET")


QUICK = Patience(pause=0.01)


@contextmanager
def answering(body, status=200):
    """Serve one fixed answer to every POST."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Numerai(f"http://127.0.0.1:{server.server_port}", KEY, QUICK), asked
    finally:
        server.shutdown()
        server.server_close()


ROUND = (
    b'{"data":{"rounds":[{"number":1269,'
    b'"openTime":"2026-05-16T12:00:00Z","closeStakingTime":"2026-05-17T14:00:00Z"}]}}'
)


def test_the_current_round_comes_with_its_times_and_our_key():
    with answering(ROUND) as (numerai, asked):
        found = numerai.current_round()

    assert (found.number, found.opens.isoformat()) == (1269, "2026-05-16T12:00:00+00:00")
    assert asked[0][0]["Authorization"] == "Token PUBLIC$SECRET"
    assert abs(numerai.skew) < 5


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        (b'"2026-05-18T11:59:00Z"', "2026-05-18T11:59:00+00:00"),
        (b"null", None),
        (b'"2026-05-18"', None),
        (b'"2026-05-18T11:59:00"', None),
        (b'"soon"', None),
        (b"17", None),
        (b"[]", None),
    ],
)
def test_a_close_time_that_is_none_takes_nothing_from_the_answer(told, ends):
    body = ROUND.replace(b'"number"', b'"closeTime":' + told + b',"number"')
    with answering(body) as (numerai, asked):
        found = [numerai.current_round(), *numerai.rounds()]

    assert [one.ends and one.ends.isoformat() for one in found] == [ends, ends]
    assert all(b"closeStakingTime closeTime" in question for _, question in asked)


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":{"rounds":[null]}}',
        b'{"data":{"rounds":[]}}',
        b'{"errors":[{"message":"Current round not open for submissions"}]}',
    ],
    ids=["null", "empty", "the gap error"],
)
def test_between_two_rounds_there_is_no_current_one(body):
    with answering(body) as (numerai, _):
        assert numerai.current_round() is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"<html>busy</html>", 200),
        (b'{"data":null}', 200),
        (b'{"data":{"rounds":[{"number":"x"}]}}', 200),
        (b'{"data":{"rounds":[{"number":1,"openTime":"yesterday","closeStakingTime":"x"}]}}', 200),
        (b"[]", 200),
        (ROUND.replace(b"12:00:00Z", b"12:00:00"), 200),
        (ROUND, 429),
        (ROUND, 504),
        (b'{"errors":[{"message":"Your session is invalid or has expired."}]}', 200),
        (b'{"errors":{"detail":"oops"}}', 200),
    ],
)
def test_an_answer_that_is_none_is_unknown_and_never_a_closed_window(body, status):
    with answering(body, status) as (numerai, _), pytest.raises(Unanswered):
        numerai.current_round()


def test_what_a_round_pays_is_read_with_its_thresholds_as_they_are_told():
    thresholds = b'"clipThreshold":0.05,"stakeThreshold":72000'
    config = b'{"displayName":"mmc","isPayout":true,"defaultMultiplier":2.25,' + thresholds + b"}"
    bare = b'{"displayName":"bmc","isPayout":false,"defaultMultiplier":null,"clipThreshold":null}'
    body = (
        b'{"data":{"rounds":[{"number":1342,"target":"t","payoutFactor":"0.0923","stakeThreshold":72000,'
        b'"roundScoreConfigs":[' + config + b"," + bare + b"]}]}}"
    )
    with answering(body) as (numerai, _):
        (round_,) = numerai.pays()

    assert (round_.payout_factor, round_.stake_threshold) == (0.0923, 72_000.0)
    told = [(one.clip_threshold, one.stake_threshold) for one in round_.round_score_configs]
    assert told == [(0.05, 72_000.0), (None, None)]


@pytest.mark.parametrize(
    ("fields", "ask"),
    [
        (b'"submissions":[{"id":"s","insertedAt":"2026-05-16T12:30:00"}]', lambda one: one.submissions("m")),
        (
            b'"submissionScores":[{"roundNumber":1,"displayName":"mmc","day":1,"submissionId":"s",'
            b'"date":"2026-05-16T12:30:00"}]',
            lambda one: one.scores("m", "mmc"),
        ),
    ],
)
def test_an_instant_without_a_zone_is_no_answer_and_ends_nothing(fields, ask):
    with answering(b'{"data":{' + fields + b"}}") as (numerai, _), pytest.raises(Unanswered):
        ask(numerai)


def test_every_models_scores_of_a_round_are_read_and_those_that_are_missing_left_out():
    rows = (
        b'{"modelName":"a","mmc":0.01,"v2Corr20":-0.02},{"modelName":"b","mmc":null,"v2Corr20":0.0},'
        b'{"modelName":null,"mmc":0.5,"v2Corr20":0.5},{"modelName":"c"}'
    )
    with answering(b'{"data":{"roundDetails":{"models":[' + rows + b"]}}}") as (numerai, _):
        found = numerai.round_scores(1269, ("mmc", "v2_corr20"))

    assert found == {"mmc": {"a": 0.01}, "v2_corr20": {"a": -0.02, "b": 0.0}}


@pytest.mark.parametrize("told", [b"{}", b'{"models":null}', b'{"models":[]}'])
def test_a_round_without_models_has_no_scores(told):
    with answering(b'{"data":{"roundDetails":' + told + b"}}") as (numerai, _):
        assert numerai.round_scores(1269, ("mmc",)) == {"mmc": {}}


def test_a_round_that_is_not_told_of_is_unanswered():
    with answering(b'{"data":{"roundDetails":null}}') as (numerai, _), pytest.raises(Unanswered):
        numerai.round_scores(1269, ("mmc",))


def test_nobody_there_is_unanswered_too():
    with pytest.raises(Unanswered, match="did not answer"):
        Numerai("http://127.0.0.1:9", KEY, QUICK).current_round()


def test_numerais_own_words_are_passed_on():
    body = b'{"errors":[{"message":"Insufficient permission for read_user_info"}]}'
    with answering(body) as (numerai, _), pytest.raises(Refused, match="permission for read_user_info"):
        numerai.models()


def test_a_key_never_shows_its_secret():
    assert "SECRET" not in repr(KEY)


def test_a_key_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "key.json"
    file.write_text('{"public_id":"a","secret_key":"b"}')
    file.chmod(0o644)
    with pytest.raises(NabError, match="can be read by others"):
        read_key(file)
    file.chmod(0o600)

    assert read_key(file) == Key("a", "b")


@pytest.mark.parametrize("text", ["", "{}", "no json"])
def test_a_malformed_key_is_named_without_its_content(tmp_path, text):
    file = tmp_path / "key.json"
    file.write_text(text)
    file.chmod(0o600)

    with pytest.raises(NabError, match="is not a key"):
        read_key(file)
