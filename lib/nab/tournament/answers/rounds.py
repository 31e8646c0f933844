"""Rounds, the files of a round, and the scoring pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from nab.tournament.graphql.document import Refused
from nab.tournament.market.field import model_id
from nab.tournament.play.blobs import Bucket
from nab.tournament.play.visit import TOURNAMENT, Visit, at, count, text, whole
from nab.tournament.rounds import schedule as calendar
from nab.tournament.scoring import payouts
from nab.tournament.scoring.payouts import Regime
from nab.tournament.scoring.scoring import CORR20, CORR60, FINAL_DAY, MMC20, MMC60

ROUNDS_BEING_SCORED = 70
SCORING_VERSION = "1"
CONFIG_NAMES = {
    CORR20: "correlation",
    CORR60: "correlation",
    MMC20: "meta_model_contribution",
    MMC60: "meta_model_contribution",
}


def known(visit: Visit, number: int) -> bool:
    """Say whether the tournament has had this round, or is about to have it."""
    rounds = visit.rounds
    return rounds.start <= number <= rounds.stop


def current(visit: Visit) -> int:
    """Return the newest round."""
    return visit.tournament.schedule.newest(visit.now)


def rounds(visit: Visit, arguments: Mapping[str, Any]) -> list[dict[str, Any] | None]:
    """Answer `rounds`, newest first; number 0 is the current one."""
    wanted, target = whole(arguments, "number"), text(arguments, "target")
    if arguments.get("tournament", TOURNAMENT) != TOURNAMENT:
        return [None] if wanted == 0 else []
    if wanted == 0 and between_rounds(visit):
        raise Refused("Current round not open for submissions")
    if wanted is not None:
        number = wanted or current(visit)
        found = [round_answer(visit, number)] if known(visit, number) else []
    else:
        found = [round_answer(visit, number) for number in reversed(visit.rounds)]
    status = text(arguments, "status")
    kept = [r for r in found if status is None or r["status"] == status.upper()]
    return [*[r for r in kept if target in (None, r["target"])][: count(arguments, "limit")]]


def between_rounds(visit: Visit) -> bool:
    """Say whether there is no current round: the next one is late, or a fault has it so after each close."""
    times = visit.tournament.schedule.times(current(visit))
    ends = times.closes_on_time if visit.house.faults.find("gap-error") else times.closes
    return visit.now >= ends


def round_answer(visit: Visit, number: int) -> dict[str, Any]:
    """Return a Round."""
    schedule, now = visit.tournament.schedule, visit.now
    times, resolves = schedule.times(number), calendar.resolves(schedule, number)
    return {
        "id": round_id(visit, number),
        "tournament": TOURNAMENT,
        "number": number,
        "target": rules(number).target,
        "status": calendar.status(schedule, number, now),
        "openTime": at(times.opens),
        "closeTime": at(times.closes),
        "closeStakingTime": at(times.closes_on_time),
        "scoreTime": at(schedule.scored_at(number, 1)),
        "resolveTime": at(resolves),
        "resolvedGeneral": now >= resolves,
        "resolvedStaking": now >= resolves,
        "payoutFactor": f"{payout_factor(visit, number)}",
        "stakeThreshold": rules(number).stake_threshold,
        "dataDatestamp": int(times.opens.strftime("%Y%m%d")),
        "roundScoreConfigs": lambda _: [score_config(visit, number, metric) for metric in CONFIG_NAMES],
    }


def rules(number: int) -> Regime:
    """Return what a round pays."""
    return payouts.regime(number)


def payout_factor(visit: Visit, number: int) -> float:
    """Return a round's payout factor, which falls with what is staked on it."""
    return rules(number).payout_factor(sum(visit.tournament.stakes.values()))


def round_id(visit: Visit, number: int) -> str:
    """Return the id of a round."""
    return model_id(visit.tournament.market.seed, f"round {number}")


def scoring_version(visit: Visit) -> str:
    """Return the version of the scoring."""
    rescored = visit.house.faults.find("rescored")
    return str(rescored.told["version"]) if rescored else SCORING_VERSION


def score_config(visit: Visit, number: int, metric: str) -> dict[str, Any]:
    """Return how one metric is scored and whether it pays."""
    schedule, seed = visit.tournament.schedule, visit.tournament.market.seed
    pays = rules(number)
    multiplier = pays.multipliers.get(metric)
    return {
        "id": model_id(seed, f"config {metric} {number}"),
        "scoreConfigId": model_id(seed, f"config {metric}"),
        "roundNumberStart": pays.first,
        "name": CONFIG_NAMES[metric],
        "version": scoring_version(visit),
        "displayName": metric,
        "totalScoreDays": FINAL_DAY[metric],
        "returnsLagDays": 2,
        "dataDelayDays": 0,
        "universe": "classic",
        "isCanonScore": True,
        "isPayout": multiplier is not None,
        "scoringStart": at(schedule.scored_at(number, 1)),
        "scoringEnd": at(schedule.scored_at(number, FINAL_DAY[metric])),
        "minMultiplier": multiplier,
        "maxMultiplier": multiplier,
        "defaultMultiplier": multiplier,
        "clipThreshold": pays.clip if multiplier else None,
        "stakeThreshold": pays.stake_threshold,
        "payoutFactor": f"{payout_factor(visit, number)}",
    }


def list_datasets(visit: Visit, arguments: Mapping[str, Any]) -> list[str]:
    """Answer `listDatasets`."""
    return names(visit, asked_round(visit, arguments))


def dataset(visit: Visit, arguments: Mapping[str, Any]) -> str:
    """Answer `dataset`: a link to one file as it is in one round."""
    number, name = asked_round(visit, arguments), text(arguments, "filename")
    if name not in names(visit, number):
        raise Refused(f"Dataset file not found: {name}")
    key = f"{number}/{name}"
    return visit.house.links.link(visit.host, Bucket.DATASETS, key, verb="GET", now=visit.now)


def asked_round(visit: Visit, arguments: Mapping[str, Any]) -> int:
    """Return the round that is asked for; by default, and for 0, the current one."""
    number = whole(arguments, "round") or current(visit)
    if not 0 < number < visit.rounds.stop:
        raise Refused("Round not found")
    return number


def names(visit: Visit, number: int) -> list[str]:
    """Name the dataset files of a round; one that was over before this tournament began has no live data."""
    shelves = visit.house.shelves
    return shelves.names(number) if number in visit.rounds else shelves.old_names()


def pipeline_status(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `pipelineStatus` with the newest scoring day that had passed on the date asked for."""
    schedule, asked = visit.tournament.schedule, text(arguments, "date")
    try:
        day_asked = date.fromisoformat(asked) if asked else visit.now.date()
    except ValueError:
        raise Refused(f'Argument "date" has invalid value {asked}.') from None
    now = min(visit.now, datetime.combine(day_asked, time.max, UTC))
    recent = visit.rounds[-ROUNDS_BEING_SCORED:]
    days = ((n, calendar.days_scored(schedule, n, now)) for n in recent)
    newest = max((schedule.scored_at(n, day) for n, day in days if day > 0), default=None)
    scored = at(newest) if newest else None
    return {
        "dataReadyAt": scored,
        "isScoringDay": newest is not None and newest.date() == day_asked,
        "resolvedAt": scored,
        "scoredAt": scored,
        "startedAt": scored,
        "tournament": text(arguments, "tournament"),
    }
