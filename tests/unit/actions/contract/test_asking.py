import json

import pytest

from nab.actions.contract.asking import Asking
from nab.actions.contract.comparison import expected
from nab.core.contract.differences import differences
from nab.edges.numerai.bare_calls import Heard
from nab.edges.numerai.uses import RELIANCE
from nab.edges.secrets.keys import Key

KEY = Key("PUBLICPUBLIC", "SECRETSECRET")
ODD = [
    Heard(200, {}, b""),
    Heard(200, {}, b"\xff\xfe"),
    Heard(200, {}, b"<html>Just a moment...</html>"),
    Heard(200, {}, b"[" * 50_000),
    Heard(200, {}, b"[]"),
    Heard(200, {}, b'{"data": []}'),
    Heard(200, {}, b'{"data": {"__schema": {"types": [{"name": 1}, {"name": "x", "fields": [{}]}]}}}'),
    Heard(200, {}, b'{"errors": {"detail": [1]}}'),
    Heard(200, {}, b'{"errors": [{"message": "Cannot query field \\"number\\" on type \\"Round\\"."}]}'),
    Heard(200, {}, b'{"errors": [{"message": {"en": "\\ud800"}}], "data": null}'),
    Heard(429, {"Retry-After": "soon"}, b"Too many"),
    Heard(500, {}, b"<?xml version='1.0'?>"),
    Heard(200, {}, b"", "the answer is too long"),
]


class Same:
    """In a caller's place: everything is answered with the same."""

    url, key = "https://api.example", KEY

    def __init__(self, answer):
        self.answer, self.sent = answer, []

    def authorization(self):
        return f"Token {KEY.public_id}${KEY.secret_key}"

    def post(self, body, authorization=""):
        self.sent.append((body, authorization))
        return self.answer

    def part(self, address):
        return self.answer

    def hold(self, seconds):
        raise AssertionError("nobody said for how long")


@pytest.mark.parametrize("answer", ODD)
def test_no_answer_raises_and_each_is_told_as_a_difference(answer):
    here = expected()
    found = Asking(Same(answer), here.types).look(provoke=True)

    assert differences(here, found, RELIANCE)


@pytest.mark.parametrize(
    "told", [None, 1, "x", [], [None], [1, "x"], {}, {"models": 1}, {"models": [None, 1]}, 10**30]
)
def test_an_operation_may_answer_anything(told):
    here = expected()
    operations = [label.partition(".")[2] for label in here.fields if label.startswith("Query.")]
    content = json.dumps({"data": dict.fromkeys(operations, told)}).encode()
    found = Asking(Same(Heard(200, {"Date": "x"}, content)), here.types).look()

    differences(here, found, RELIANCE)


def test_nothing_is_ever_changed_and_the_key_goes_along_only_where_it_is_needed():
    caller = Same(Heard(200, {}, b'{"data": {"account": {"models": [{"id": "m", "name": "n"}]}}}'))
    Asking(caller, expected().types).look(provoke=True)
    bodies = [json.loads(body)["query"] for body, _ in caller.sent if body.endswith(b"}")]
    with_key = {query.split("{")[1].partition("(")[0] for body, sent in caller.sent if sent == caller.authorization()
                for query in [json.loads(body)["query"]]}  # fmt: skip

    assert not any("mutation" in query.partition("{")[0] for query in bodies)
    assert with_key == {
        "account ", "apiTokenInfo ", "model", "submissions", "diagnostics", "submissionUploadAuth",
        "diagnosticsUploadAuth",
    }  # fmt: skip


def test_an_api_that_asks_us_to_wait_is_asked_again():
    class Busy(Same):
        held = 0.0

        def post(self, body, authorization=""):
            first = not self.held and b"rounds(tournament" in body
            return Heard(429, {"Retry-After": "7"}, b"") if first else super().post(body, authorization)

        def hold(self, seconds):
            self.held += seconds

    caller = Busy(Heard(200, {}, b'{"data": {"rounds": []}}'))
    found = Asking(caller, expected().types).look()

    assert caller.held == 7
    assert "Query.rounds" not in found.silent
    assert found.forms["too many requests"].headers == ["retry-after"]


def test_a_field_that_is_refused_is_left_out_and_the_rest_is_asked():
    class Refuses(Same):
        def post(self, body, authorization=""):
            if b"closeTime" in body:
                words = 'Cannot query field "closeTime" on type "Round". Did you mean "openTime"?'
                return Heard(200, {}, json.dumps({"errors": [{"message": words}]}).encode())
            return super().post(body, authorization)

    caller = Refuses(Heard(200, {}, b'{"data": {"rounds": [{"number": 7}]}}'))
    found = Asking(caller, expected().types).look()

    assert found.fields["Round.closeTime"].gone == "it is refused"
    assert found.fields["Round.number"].kinds == ["integer"]
