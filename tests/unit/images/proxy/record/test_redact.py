import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record import bodies, redact

nothing_held = redact.redactor(())


@pytest.mark.parametrize(
    "key",
    [
        "key",
        "api_key",
        "apiKey",
        "token",
        "access_token",
        "X-Amz-Signature",
        "X-Amz-Credential",
        "sig",
        "client_secret",
    ],
)
def test_the_value_of_a_key_that_carries_a_secret_is_hidden(key):
    query = redact.query(f"page=2&{key}=hunter2hunter2", nothing_held)

    assert query.startswith(f"page=2&{key}=[redacted:")
    assert "hunter2" not in query


@pytest.mark.parametrize("query", ["page=2", "monkey=banana", "filename=v5.3%2Flive.parquet", "a&b", ""])
def test_an_ordinary_query_stays_as_it_was(query):
    assert redact.query(query, nothing_held) == query


@pytest.mark.parametrize(
    "token",
    [
        "sk-ant-api03-" + "a1" * 12,
        "sk-" + "Ab1" * 8,
        "AIza" + "x" * 35,
        "ghp_" + "a" * 36,
        "hf_" + "b" * 30,
        "AKIA" + "A" * 16,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "Token ABCDEF$GHIJKL",
    ],
)
def test_what_looks_like_a_token_is_hidden_wherever_it_stands(token):
    for text in (nothing_held(f"before {token} after"), redact.path(f"/x/{token}", nothing_held)):
        assert token not in text
        assert "[redacted:" in text


def test_a_secret_hidden_behind_percent_signs_is_found():
    held = redact.redactor(("S3CRET KEY",))

    assert "S3CRET" not in redact.path("/x/S3CRET%20KEY", held)
    assert "S3CRET" not in redact.query("q=S3CRET%20KEY", held)


def test_equal_secrets_stay_comparable_and_different_ones_differ():
    assert redact.stand_in("one") == redact.stand_in("one") != redact.stand_in("two")


@pytest.mark.parametrize("word", ["risk-adjusted-returns-explained", "task-0123456789abcdefgh"])
def test_a_word_that_ends_like_a_token_begins_is_no_token(word):
    assert redact.path(f"/{word}", nothing_held) == f"/{word}"


@pytest.mark.parametrize("form", ["{}", "%3D{}", "%3d{}", "x={}", '"{}"'])
def test_a_token_is_found_after_anything_else(form):
    assert "secretsecret" not in nothing_held(form.format("sk-ant-secretsecretsecret"))


@pytest.mark.parametrize(
    "text",
    [
        '{"apiToken": "hunter2hunter2"}',
        '{"query": "mutation { login(password: \\"hunter2hunter2\\") }"}',
        '{"url": "https://s3.example/x?X-Amz-Signature=hunter2hunter2&y=1"}',
        "Authorization: 'hunter2hunter2'",
        '{"token": "hunter2hunter2',
        '{"u": "https://s3.example/x?a=1\\u0026X-Amz-Signature=hunter2hunter2',
    ],
)
def test_a_bodys_secrets_are_hidden_by_their_names_whole_or_cut(text):
    for body in (text, text + " cut"):
        hidden = bodies.readable(body.encode(), nothing_held)

        assert "hunter2" not in hidden
        assert "[redacted:" in hidden


@pytest.mark.parametrize(
    "text", ['{"a": {"password": ["hunter2", {"x": "hunter2"}]}}', '{"secret": [22222222]}']
)
def test_all_that_stands_under_a_secrets_name_is_hidden(text):
    hidden = bodies.readable(text.encode(), nothing_held)

    assert "hunter2" not in hidden and "2222" not in hidden.replace("redacted:", "")


def test_what_numerai_calls_auth_and_code_is_no_secret_of_its_own():
    answer = {
        "data": {
            "submissionUploadAuth": {"filename": "a/b.csv", "url": "https://s3.example/b?X-Amz-Signature=abc"}
        },
        "errors": [{"extensions": {"code": "not_authenticated"}}],
    }

    hidden = json.loads(bodies.readable(json.dumps(answer).encode(), nothing_held))

    assert hidden["data"]["submissionUploadAuth"]["filename"] == "a/b.csv"
    assert hidden["data"]["submissionUploadAuth"]["url"].startswith(
        "https://s3.example/b?X-Amz-Signature=[redacted:"
    )
    assert hidden["errors"] == answer["errors"]


@pytest.mark.full
@settings(max_examples=25)
@given(before=st.integers(0, 90_000), secret=st.text('ABCdef$%/+ "\\\n', min_size=8, max_size=60))
def test_a_held_secret_is_nowhere_in_a_kept_body_wherever_the_body_is_cut(before, secret):
    held = redact.redactor((secret,))
    for body in (json.dumps({"x": "-" * before + secret + "-" * 5000}), "-" * before + secret + "-" * 70_000):
        kept = bodies.body("request", body.encode(), body.encode(), held)

        assert secret not in kept["text"]
        assert len(kept["text"].encode()) <= bodies.MOST_BYTES


def test_a_very_large_body_is_kept_by_its_beginning():
    kept = bodies.body(
        "response",
        b"x",
        json.dumps({"password": "hunter2hunter2", "rows": "x" * 2_000_000}).encode(),
        nothing_held,
    )

    assert kept["truncated"] and "hunter2" not in kept["text"]
    assert kept["bytes"] == 1


@pytest.mark.parametrize(
    "hostile", ["a" * 70_000, "eyJ" * 20_000, "a:'" * 20_000, "&a=" * 20_000, "sk-" * 20_000]
)
def test_a_hostile_text_takes_no_longer_than_another(hostile):
    began = time.perf_counter()
    redact.text(hostile, nothing_held)

    assert time.perf_counter() - began < 2


WORDS = "sk- disk- AIza ghp_ github_pat_ hf_ AKIA eyJ . Token $ x-amz- key apiKey X-Goog-Date code Auth sig hunter2"
ODD = [
    *"=:?& ",
    "%2d",
    "S3CRETOFOURS",
    "\n",
    '"',
    "'",
    '\\"',
    "a" * 16,
    "A1" * 15,
    "\u212aey",
    "pa\u017f\u017fword",
]
PIECES = st.lists(st.sampled_from([*WORDS.split(), *ODD]), max_size=25).map("".join)


@settings(max_examples=40)
@given(PIECES)
def test_a_long_text_is_looked_through_no_less_than_a_short_one(text):
    hide = redact.redactor(("S3CRETOFOURS",))
    patch = pytest.MonkeyPatch()
    found = []
    for longer_than in (-1, 1 << 30):
        patch.setattr(redact, "LONG_TEXT", longer_than)
        found.append((redact.text(text, hide), hide(text)))
    patch.undo()

    assert found[0] == found[1]
