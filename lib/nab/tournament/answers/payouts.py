"""What rounds pay the account. Nothing is staked on its models, so amounts are zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nab.tournament.answers import rounds
from nab.tournament.play.account import Model
from nab.tournament.play.visit import NOTHING, TOURNAMENT, Visit, at
from nab.tournament.rounds import schedule as calendar


def pending(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `pendingModelPayouts`: rounds that are being scored, and the newest that paid."""
    visit.require("read_user_info")
    found: dict[str, Any] = {"actual": [], "pending": []}
    if arguments.get("tournament") != TOURNAMENT:
        return found
    for number in reversed(visit.rounds[-rounds.ROUNDS_BEING_SCORED :]):
        resolved = visit.now >= calendar.resolves(visit.tournament.schedule, number)
        submitted = visit.tournament.submitted(number, visit.now)
        ours = [model for model in visit.tournament.account.models if model.id in submitted]
        rows = [row(visit, number, model) for model in ours]
        found["actual" if resolved else "pending"] += rows
    return found


def row(visit: Visit, number: int, model: Model) -> dict[str, Any]:
    """Return a ModelPayout."""
    return {
        "roundId": rounds.round_id(visit, number),
        "roundNumber": number,
        "roundResolveTime": at(calendar.resolves(visit.tournament.schedule, number)),
        "modelId": model.id,
        "modelName": model.name,
        "modelDisplayName": model.name,
        "payoutNmr": NOTHING,
        "payoutValue": NOTHING,
        "currencySymbol": "NMR",
    }


def by_metric(visit: Visit, number: int, model: str, values: Mapping[str, float | None]) -> dict[str, str]:
    """Return what each paying score of a round is worth to a model; they sum up to its payout."""
    rules, stake = rounds.rules(number), visit.tournament.stakes.get(model, 0.0)
    factor = rounds.payout_factor(visit, number)
    share = rules.round_return(values, factor)
    parts = {m: factor * k * (values.get(m) or 0.0) for m, k in rules.multipliers.items()}
    total = sum(parts.values())
    scale = share / total if share is not None and total else 1.0
    return {metric: f"{stake * scale * part:.18f}" for metric, part in parts.items()}
