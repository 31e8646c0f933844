"""What can be told of a model provider's key without asking anybody and without showing it."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
from datetime import UTC, datetime, timedelta

from nab.core.agents.providers import KeyField
from nab.core.health.checks import Check, CheckVerdict

SOON = timedelta(days=3)


@dataclasses.dataclass(frozen=True)
class HeldKey:
    """The field of a provider's key that an agent works with, and what is known of its form. Never printed."""

    provider: str
    field: str
    form: KeyField
    text: str = dataclasses.field(repr=False)


def agent_key(agent: str, held: HeldKey, now: datetime) -> Check:
    """Judge the key that an agent works with; `now` is UTC."""
    name, renew = f"{agent} key", f"write a new one into state/secrets/{held.provider}.json"
    what, end, form = f"the {held.field} of {held.provider}", end_of(held.text), held.form
    if end is not None and end <= now:
        return Check(name, CheckVerdict.FAIL, f"{what} ended {end:%Y-%m-%d %H:%M} UTC", renew)
    if end is not None and end - now <= SOON:
        return Check(name, CheckVerdict.WARN, f"{what} ends {end:%Y-%m-%d %H:%M} UTC", renew)
    if not held.text.startswith(form.begins) or (form.begins_not and held.text.startswith(form.begins_not)):
        finding = f"{what} does not look like one: {form.begins}... was expected"
        return Check(name, CheckVerdict.WARN, finding, f"look at state/secrets/{held.provider}.json")
    return Check(name, CheckVerdict.OK, f"{held.field} of {held.provider}")


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
