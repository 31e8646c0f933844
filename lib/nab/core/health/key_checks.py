"""What can be told of a model provider's key without asking anybody and without showing it."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta

from nab.core.health.checks import Check, CheckVerdict

SOON = timedelta(days=3)
BEGINNINGS = {
    ("anthropic", "api_key"): "sk-ant-api03-",
    ("anthropic", "oauth_token"): "sk-ant-oat01-",
    ("openai", "api_key"): "sk-",  # sk-proj-, sk-svcacct-, and the old sk-
    ("google", "api_key"): "AIza",
}
OF_ANOTHER = {"openai": "sk-ant-"}  # what begins alike, and is another provider's


def agent_key(agent: str, provider: str, field: str, key: str, now: datetime) -> Check:
    """Judge the field of a provider's key that an agent works with; `now` is UTC."""
    name, renew = f"{agent} key", f"write a new one into state/secrets/{provider}.json"
    end = end_of(key)
    if end is not None and end <= now:
        return Check(
            name, CheckVerdict.FAIL, f"the {field} of {provider} ended {end:%Y-%m-%d %H:%M} UTC", renew
        )
    if end is not None and end - now <= SOON:
        return Check(
            name, CheckVerdict.WARN, f"the {field} of {provider} ends {end:%Y-%m-%d %H:%M} UTC", renew
        )
    expected = BEGINNINGS.get((provider, field), "")
    if not key.startswith(expected) or key.startswith(OF_ANOTHER.get(provider, "\0")):
        finding = f"the {field} of {provider} does not look like one: {expected}... was expected"
        return Check(name, CheckVerdict.WARN, finding, f"look at state/secrets/{provider}.json")
    return Check(name, CheckVerdict.OK, f"{field} of {provider}")


def end_of(key: str) -> datetime | None:
    """Return when a key that is a JSON Web Token ends, UTC; None for one that does not say."""
    parts = key.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (binascii.Error, ValueError, KeyError, TypeError, OverflowError, OSError):
        return None
