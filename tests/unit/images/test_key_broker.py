import json

import broker
import pytest

PLACEHOLDER = "Token nab-placeholder-id$nab-placeholder-secret"
API = "api-tournament.numer.ai"


@pytest.fixture
def keys(tmp_path):
    file = tmp_path / "numerai.json"
    file.write_text(json.dumps({"public_id": "REAL", "secret_key": "TOPSECRET"}), encoding="utf-8")
    return broker.load(file, "nab-placeholder-id", "nab-placeholder-secret")


def test_the_placeholder_becomes_the_real_key_on_its_way_to_numerai(keys):
    assert keys.swapped("https", API, PLACEHOLDER) == "Token REAL$TOPSECRET"


@pytest.mark.parametrize(
    ("scheme", "host", "authorization"),
    [
        ("http", API, PLACEHOLDER),
        ("https", "evil.example", PLACEHOLDER),
        ("https", f"{API}.evil.example", PLACEHOLDER),
        ("https", API, "Token mine$own"),
        ("https", API, ""),
    ],
    ids=["without TLS", "to another host", "to a lookalike", "its own key", "no key"],
)
def test_everything_else_is_left_alone(keys, scheme, host, authorization):
    assert keys.swapped(scheme, host, authorization) is None


def test_the_real_secret_is_among_what_is_never_written(keys):
    assert "TOPSECRET" in keys.secrets
