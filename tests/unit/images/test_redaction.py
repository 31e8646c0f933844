import pytest
import redact

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
