"""Rounds, the files of a round, and the scoring pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nab.tournament import schedule as calendar
from nab.tournament.blobs import Bucket
from nab.tournament.field import model_id
from nab.tournament.graphql_document import Refused
from nab.tournament.schedule import LONG_DAYS, SHORT_DAYS
from nab.tournament.scoring import CORR20, CORR60, MMC20, MMC60
from nab.tournament.visit import TOURNAMENT, Visit, at, text, whole

TARGET = "target_ender_60"
ROUNDS_BEING_SCORED = 70
PAYS = {CORR60: 3.0, MMC60: 15.0}
CONFIG_NAMES = {
    CORR20: "correlation",
    CORR60: "correlation",
    MMC20: "meta_model_contribution",
    MMC60: "meta_model_contribution",
}


def known(visit: Visit, number: int) -> bool:
    """Say whether the tournament has had this round, or is about to have it."""
    rounds = visit.tournament.rounds()
    return rounds.start <= number <= rounds.stop


def current(visit: Visit) -> int:
    """Return the newest round."""
    return visit.tournament.schedule.newest(visit.now)


def rounds(visit: Visit, arguments: Mapping[str, Any]) -> list[dict[str, Any] | None]:
    """Answer `rounds`, newest first; number 0 is the current one."""
    wanted, target = whole(arguments, "number"), text(arguments, "target")
    if arguments.get("tournament", TOURNAMENT) != TOURNAMENT or target not in (None, TARGET):
        return [None] if wanted == 0 else []
    if wanted is not None:
        number = wanted or current(visit)
        found = [round_answer(visit, number)] if known(visit, number) else []
    else:
        found = [round_answer(visit, number) for number in reversed(visit.tournament.rounds())]
    status = text(arguments, "status")
    kept = [r for r in found if status is None or r["status"] == status.upper()]
    return [*kept[: whole(arguments, "limit")]]


def round_answer(visit: Visit, number: int) -> dict[str, Any]:
    """Return a Round."""
    schedule, now = visit.tournament.schedule, visit.now
    times, resolves = schedule.times(number), calendar.resolves(schedule, number)
    return {
        "id": round_id(visit, number),
        "tournament": TOURNAMENT,
        "number": number,
        "target": TARGET,
        "status": calendar.status(schedule, number, now),
        "openTime": at(times.opens),
        "closeTime": at(times.closes),
        "closeStakingTime": at(times.closes_on_time),
        "scoreTime": at(schedule.scored_at(number, 1)),
        "resolveTime": at(resolves),
        "resolvedGeneral": now >= resolves,
        "resolvedStaking": now >= resolves,
        "payoutFactor": "1.0",
        "stakeThreshold": None,
        "dataDatestamp": int(times.opens.strftime("%Y%m%d")),
        "roundScoreConfigs": lambda _: [score_config(visit, number, metric) for metric in CONFIG_NAMES],
    }


def round_id(visit: Visit, number: int) -> str:
    """Return the id of a round."""
    return model_id(visit.tournament.market.seed, f"round {number}")


def score_config(visit: Visit, number: int, metric: str) -> dict[str, Any]:
    """Return how one metric is scored and whether it pays."""
    schedule, seed = visit.tournament.schedule, visit.tournament.market.seed
    days = LONG_DAYS if metric in PAYS else SHORT_DAYS
    multiplier = PAYS.get(metric)
    return {
        "id": model_id(seed, f"config {metric} {number}"),
        "scoreConfigId": model_id(seed, f"config {metric}"),
        "roundNumberStart": visit.tournament.first,
        "name": CONFIG_NAMES[metric],
        "version": "1",
        "displayName": metric,
        "totalScoreDays": days,
        "returnsLagDays": 2,
        "dataDelayDays": 0,
        "universe": "classic",
        "isCanonScore": True,
        "isPayout": multiplier is not None,
        "scoringStart": at(schedule.scored_at(number, 1)),
        "scoringEnd": at(schedule.scored_at(number, days)),
        "minMultiplier": multiplier,
        "maxMultiplier": multiplier,
        "defaultMultiplier": multiplier,
        "clipThreshold": 1.0 if multiplier else None,
        "payoutFactor": "1.0",
    }


def list_datasets(visit: Visit, arguments: Mapping[str, Any]) -> list[str]:
    """Answer `listDatasets`."""
    return visit.house.shelves.names(asked_round(visit, arguments))


def dataset(visit: Visit, arguments: Mapping[str, Any]) -> str:
    """Answer `dataset`: a link to one file as it is in one round."""
    number, name = asked_round(visit, arguments), text(arguments, "filename")
    if name not in visit.house.shelves.names(number):
        raise Refused(f"Dataset file not found: {name}")
    key = f"{number}/{name}"
    return visit.house.links.link(visit.host, Bucket.DATASETS, key, verb="GET", now=visit.now)


def asked_round(visit: Visit, arguments: Mapping[str, Any]) -> int:
    """Return the round that is asked for; by default, and for 0, the current one."""
    number = whole(arguments, "round") or current(visit)
    if number not in visit.tournament.rounds():
        raise Refused("Round not found")
    return number


def pipeline_status(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `pipelineStatus` with the newest scoring day that has passed."""
    schedule, now = visit.tournament.schedule, visit.now
    recent = visit.tournament.rounds()[-ROUNDS_BEING_SCORED:]
    days = ((n, calendar.days_scored(schedule, n, now)) for n in recent)
    newest = max((schedule.scored_at(n, day) for n, day in days if 0 < day < LONG_DAYS), default=None)
    scored = at(newest) if newest else None
    return {
        "dataReadyAt": scored,
        "isScoringDay": newest is not None and newest.date() == now.date(),
        "resolvedAt": scored,
        "scoredAt": scored,
        "startedAt": scored,
        "tournament": text(arguments, "tournament"),
    }
