import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from nab.core.health import key_checks
from nab.core.health.checks import CheckVerdict
from nab.core.health.key_checks import HeldKey
from support.repository.vendors import VENDORS

NOW = datetime(2026, 5, 16, 13, 2, 7, tzinfo=UTC)


def token(claims):
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{middle}.signature"


def ends(**after):
    return token({"exp": (NOW + timedelta(**after)).timestamp()})


def judged(agent, provider, field, key):
    form = VENDORS[provider].fields[field]
    return key_checks.agent_key(agent, HeldKey(provider, field, form, key), NOW)


@pytest.mark.parametrize(
    ("provider", "field", "key", "verdict"),
    [
        ("anthropic", "api_key", "sk-ant-api03-x", CheckVerdict.OK),
        ("anthropic", "api_key", "sk-ant-oat01-x", CheckVerdict.WARN),
        ("anthropic", "oauth_token", "sk-ant-oat01-x", CheckVerdict.OK),
        ("anthropic", "oauth_token", "sk-ant-api03-x", CheckVerdict.WARN),
        ("openai", "api_key", "sk-proj-x", CheckVerdict.OK),
        ("openai", "api_key", "sk-x", CheckVerdict.OK),
        ("openai", "api_key", "sk-ant-api03-x", CheckVerdict.WARN),
        ("google", "api_key", "AIzaSyX", CheckVerdict.OK),
        ("google", "api_key", "sk-x", CheckVerdict.WARN),
        ("openai", "access_token", ends(days=4), CheckVerdict.OK),
        ("openai", "access_token", ends(days=3), CheckVerdict.WARN),
        ("openai", "access_token", ends(seconds=1), CheckVerdict.WARN),
        ("openai", "access_token", ends(seconds=0), CheckVerdict.FAIL),
        ("openai", "access_token", ends(days=-30), CheckVerdict.FAIL),
        ("openai", "access_token", "a text of its own form", CheckVerdict.OK),
    ],
)
def test_a_key_is_judged_by_its_form_and_by_its_end(provider, field, key, verdict):
    check = judged("some", provider, field, key)

    assert (check.name, check.verdict) == ("some key", verdict)
    assert bool(check.remedy) == (verdict is not CheckVerdict.OK)
    assert key not in check.finding + check.remedy


def test_what_was_expected_is_said_and_when_it_ends():
    wrong = judged("claude", "anthropic", "api_key", "sk-proj-secret")
    over = judged("codex", "openai", "access_token", ends(days=-1))

    assert wrong.finding == "the api_key of anthropic does not look like one: sk-ant-api03-... was expected"
    assert over.finding == "the access_token of openai ended 2026-05-15 13:02 UTC"


@pytest.mark.parametrize(
    "key",
    ["plain", "a.b", "a.%%%.c", token([]), token({}), token({"exp": "soon"}), token({"exp": 1e99}), "a.é.c"],
)
def test_what_says_no_end_has_none(key):
    assert key_checks.end_of(key) is None
