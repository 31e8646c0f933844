"""The account, its models and its token; the public profile of any model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nab.tournament.answers import leaderboards, submissions
from nab.tournament.graphql.document import Refused
from nab.tournament.market.field import BENCHMARK_ACCOUNT
from nab.tournament.play.account import Key, Model
from nab.tournament.play.visit import NOTHING, TOURNAMENT, Visit, at, nmr, text
from nab.tournament.scoring.scoring import BMC20, CORR20, CORR60, FNC20, MMC20, MMC60

REPUTATION_FIELDS = {
    "corr20V2": CORR20,
    "mmc": MMC20,
    "bmc": BMC20,
    "fncV3": FNC20,
    "corr60": CORR60,
    "mmc60": MMC60,
}


def account(visit: Visit, _arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `account`."""
    visit.require("read_user_info")
    ours = visit.tournament.account
    return {
        "id": ours.id,
        "username": ours.username,
        "status": "VERIFIED",
        "insertedAt": first_day(visit),
        "mfaEnabled": False,
        "email": f"{ours.username}@tournament.invalid",
        "walletAddress": f"0x{0:040x}",
        "availableNmr": NOTHING,
        "walletTxns": [],
        "apiTokens": [token(visit, ours.key)],
        "models": [model_answer(visit, model) for model in ours.models],
    }


def model(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `model`."""
    visit.require("read_user_info")
    return model_answer(visit, visit.our_model(arguments))


def model_answer(visit: Visit, ours: Model) -> dict[str, Any]:
    """Return a Model."""
    return {
        "id": ours.id,
        "name": ours.name,
        "tournament": TOURNAMENT,
        "username": ours.name,
        "submissions": lambda _: submissions.of_model(visit, ours),
        "latestSubmissions": lambda arguments: submissions.latest(visit, ours, arguments),
        "v2Stake": None,
    }


def token(visit: Visit, key: Key) -> dict[str, Any]:
    """Return an ApiToken."""
    return {
        "name": "nab",
        "publicId": key.public_id,
        "scopes": list(key.scopes),
        "accountUsername": visit.tournament.account.username,
    }


def api_token(visit: Visit, _arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `apiTokenInfo`."""
    visit.require(None)
    return token(visit, visit.tournament.account.key)


def account_profile(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `accountProfile`. Every participant is an account of one model, the benchmarks are one together."""
    name, ours = text(arguments, "username"), visit.tournament.account
    if name == ours.username:
        models = [{"id": model.id, "displayName": model.name} for model in ours.models]
    else:
        benchmarks = visit.tournament.benchmarks
        others = [p for p in visit.tournament.field if p.name == name and p not in benchmarks]
        found = benchmarks if name == BENCHMARK_ACCOUNT else others
        models = [{"id": p.id, "displayName": p.name} for p in found]
    if not models:
        raise Refused("User not found")
    return {"username": name, "models": models}


def profile(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `v3UserProfile`; its username is the name of a model."""
    name = text(arguments, "modelName")
    found = next((known for known, called in visit.tournament.model_names.items() if called == name), None)
    if found is None:
        raise Refused("User not found")
    stake = visit.tournament.stakes.get(found, 0.0)
    reputations, said = visit.tournament.reputations, visit.tournament.descriptions.get(found, {})
    with visit.tournament.lock:
        standing = {name: reputations.standings(m).of(found) for name, m in REPUTATION_FIELDS.items()}
    return {
        "dailyModelPerformances": lambda _: leaderboards.daily(visit, found),
        "id": found,
        "username": name,
        "startDate": first_day(visit),
        "bio": said.get("bio"),
        "linkText": said.get("link_text"),
        "linkUrl": said.get("link_url"),
        "nmrStaked": nmr(stake),
        "stakeValue": nmr(stake),
        "latestReps": {name: mean for name, (mean, _) in standing.items()},
        "latestRanks": {name: rank for name, (_, rank) in standing.items()},
    }


def first_day(visit: Visit) -> str:
    """Return when this tournament's first round opened."""
    return at(visit.tournament.schedule.times(visit.tournament.first).opens)
