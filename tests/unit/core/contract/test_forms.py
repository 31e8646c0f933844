import json

import pytest

from nab.core.contract import forms
from nab.core.contract.contract import Form

WORDS = 'Cannot query field "x" on type "Y". Did you mean "z"?'
REFUSED = json.dumps({"data": None, "errors": [{"message": WORDS, "path": []}]}).encode()


def test_a_refusal_is_kept_without_names_and_numbers():
    found = forms.of(200, {"Date": "now", "X-RateLimit-Limit": "10", "Retry-After": "6"}, REFUSED)

    assert found == Form(
        200,
        "json",
        ["data is null", "errors", "errors.message", "errors.path"],
        "Cannot query field … on type ….",
        ["retry-after", "x-ratelimit-limit"],
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "nothing"),
        (b"<html>", "html"),
        (b" <!DOCTYPE html>", "html"),
        (b"<?xml version", "xml"),
        (b"Too many", "text"),
        (b"\xff\xfe", "text"),
        (b"[" * 100_000, "text"),
        (b"[1]", "json"),
    ],
)
def test_whatever_comes_has_a_name(content, kind):
    assert forms.of(500, {}, content).content == kind


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"errors": [{"message": "no"}]}, "no"),
        ({"errors": {"detail": "no"}}, "no"),
        ({"errors": [{"error": "session_not_found"}]}, "session_not_found"),
        ({"errors": [{}]}, "an error without a message"),
        ({"errors": "no"}, "an error without a message"),
        ({"errors": []}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_the_words_of_an_error_are_found_in_each_of_its_forms(told, words):
    assert forms.refusal(told) == words


def test_an_address_is_kept_without_its_path_and_its_signature():
    address = "https://store.example:443/1402/v5.3/live.parquet?X-Amz-Signature=abcdef&X-Amz-Date=1"

    assert forms.link(address) == ["https://store.example", "X-Amz-Date", "X-Amz-Signature"]
    assert forms.link("https://[") == ["no address"]
    assert forms.link(None) == []
