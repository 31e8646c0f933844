"""The providers' own words for trouble."""

from datetime import UTC, datetime, timedelta

import pytest

from nab.models.providers import PROVIDERS, Name
from nab.models.turns import Ids, Refused, Trouble

NOW = datetime(2026, 5, 16, 13, 2, 7, tzinfo=UTC)
IDS = Ids("0123456789abcdef01234567", NOW, "a-model")
RESETS = datetime(2026, 5, 16, 15, 16, tzinfo=UTC)
STATUS = {
    Trouble.RATE_LIMIT: (429, 429, 429, 429),
    Trouble.USAGE_LIMIT: (400, 429, 429, 429),
    Trouble.BILLING: (400, 429, 429, 429),
    Trouble.AUTH: (401, 401, 400, 401),
    Trouble.OVERLOAD: (529, 503, 503, 503),
    Trouble.SERVER_ERROR: (500, 500, 500, 500),
    Trouble.CONTEXT_OVERFLOW: (400, 400, 400, 400),
}


def refused(name, trouble, *, subscription=False):
    why = Refused(trouble, retry_after=2, resets=RESETS if trouble is Trouble.USAGE_LIMIT else None)
    return PROVIDERS[name].refused(why, IDS, subscription=subscription)


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_its_status_at_each_provider(trouble):
    assert tuple(refused(name, trouble).status for name in Name) == STATUS[trouble]


def test_how_long_to_wait_stands_where_each_provider_puts_it():
    assert ("retry-after", "2") in refused(Name.ANTHROPIC, Trouble.RATE_LIMIT).headers
    assert ("retry-after", "2") in refused(Name.OPENAI, Trouble.RATE_LIMIT).headers
    assert refused(Name.GOOGLE, Trouble.RATE_LIMIT).body["error"]["details"][1]["retryDelay"] == "2s"


def test_a_used_up_budget_says_when_it_comes_back():
    said = refused(Name.ANTHROPIC, Trouble.USAGE_LIMIT).body["error"]["message"]
    openai = refused(Name.OPENAI, Trouble.USAGE_LIMIT).body["error"]

    assert said.endswith("You will regain access on 2026-05-16 at 15:16 UTC.")
    assert (openai["resets_at"], openai["resets_in_seconds"]) == (int(RESETS.timestamp()), 133 * 60 + 53)


def test_a_subscription_says_it_in_headers():
    answered = refused(Name.ANTHROPIC, Trouble.USAGE_LIMIT, subscription=True)

    assert answered.status == 429
    assert ("anthropic-ratelimit-unified-reset", str(int(RESETS.timestamp()))) in answered.headers


@pytest.mark.parametrize(("name", "status"), [(Name.ANTHROPIC, 401), (Name.OPENAI, 401), (Name.GOOGLE, 403)])
def test_a_request_without_a_key_is_told_so(name, status):
    assert PROVIDERS[name].missing_key(IDS).status == status


def test_the_times_are_those_of_the_request():
    assert (
        NOW + timedelta(seconds=refused(Name.OPENAI, Trouble.USAGE_LIMIT).body["error"]["resets_in_seconds"])
        == RESETS
    )
