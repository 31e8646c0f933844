"""The public scores of a model, and of a whole round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from nab.tournament.answers import payouts, rounds
from nab.tournament.graphql.document import Refused
from nab.tournament.play.visit import NOTHING, Visit, at, count, nmr, text, whole
from nab.tournament.rounds import schedule as calendar
from nab.tournament.scoring.scorebook import ROUNDS_A_YEAR, Mark, RoundScores
from nab.tournament.scoring.scoring import BMC20, CORR20, CORR60, FINAL_DAY, FNC20, MMC20, MMC60, WITH_META

DETAIL_FIELDS = {
    "v2Corr20": CORR20,
    "mmc": MMC20,
    "bmc": BMC20,
    "fncV3": FNC20,
    "corr60": CORR60,
    "mmc60": MMC60,
    "corrWMetaModel": WITH_META,
}


def submission_scores(visit: Visit, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer `submissionScores`, newest round first, newest day first within it."""
    model, last = str(arguments["modelId"]), count(arguments, "lastNRounds")
    if text(arguments, "version") not in (None, rounds.scoring_version(visit)):
        return []
    numbers = [*reversed(visit.rounds)][:last]
    known, rows = marks_of(visit, numbers, model), []
    for number in (number for number in numbers if number in known):
        marks = wanted(reversed(known[number]), arguments)
        resolves = calendar.resolves(visit.tournament.schedule, number)
        if arguments.get("resolved") in (None, visit.now >= resolves):
            rows += [score_row(visit, number, mark) for mark in marks]
    return rows


def wanted(marks: Iterable[Mark], arguments: Mapping[str, Any]) -> list[Mark]:
    """Return the marks of one round that the arguments ask for; `distinct` keeps the newest per metric."""
    metric, day = text(arguments, "displayName"), whole(arguments, "day")
    kept = [m for m in marks if metric in (None, m.metric) and day in (None, m.day)]
    if not arguments.get("distinctOnRound"):
        return kept
    newest: dict[str, Mark] = {}
    for mark in kept:
        newest.setdefault(mark.metric, mark)
    return list(newest.values())


def marks_of(visit: Visit, numbers: Sequence[int], model: str) -> dict[int, list[Mark]]:
    """Return what a model scored in rounds so far, oldest day first."""
    known = visit.tournament.marks(model, numbers)
    if not visit.behind:
        return known
    scored_at = visit.tournament.schedule.scored_at
    return {
        number: [m for m in marks if scored_at(number, m.day) <= visit.now] for number, marks in known.items()
    }


def score_row(visit: Visit, number: int, mark: Mark) -> dict[str, Any]:
    """Return a SubmissionScore."""
    schedule = visit.tournament.schedule
    resolves = calendar.resolves(schedule, number)
    return {
        "roundId": rounds.round_id(visit, number),
        "submissionId": submission_id(visit, mark),
        "roundNumber": number,
        "roundResolveTime": at(resolves),
        "roundScoreTime": at(schedule.scored_at(number, 1)),
        "roundCloseStakingTime": at(schedule.times(number).closes_on_time),
        "value": by_version(visit, mark.value),
        "percentile": mark.percentile,
        "displayName": mark.metric,
        "version": rounds.scoring_version(visit),
        "date": at(schedule.scored_at(number, mark.day)),
        "day": mark.day,
        "resolveDate": schedule.scored_at(number, FINAL_DAY[mark.metric]).date().isoformat(),
        "resolved": visit.now >= resolves,
    }


def by_version(visit: Visit, value: float | None) -> float | None:
    """Return a score as the version of the scoring has it."""
    rescored = visit.house.faults.find("rescored")
    return value if rescored is None or value is None else value * rescored.number("factor")


def submission_id(visit: Visit, mark: Mark) -> str | None:
    """Return the submission that was scored; the field's are not told, and a fault tells a wrong one."""
    if mark.submission and visit.house.faults.find("foreign-score"):
        return str(uuid5(NAMESPACE_OID, mark.submission))
    return mark.submission


def performances(visit: Visit, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer `v2RoundModelPerformances`, newest round first."""
    model = str(arguments["modelId"])
    exact, low, high = (whole(arguments, f"roundNumber{end}") for end in ("Eq", "Gte", "Lte"))
    numbers = [*reversed(visit.rounds)][: count(arguments, "lastNRounds") or ROUNDS_A_YEAR]
    asked = [n for n in numbers if exact in (None, n) and (low or n) <= n <= (high or n)]
    known = marks_of(visit, asked, model)
    found = [performance(visit, number, model, known.get(number, [])) for number in asked]
    if arguments.get("submittedOnly"):
        found = [row for row in found if row["submissionScores"]]
    return [row for row in found if row["roundResolved"] or not arguments.get("resolvedOnly")]


def performance(visit: Visit, number: int, model: str, marks: list[Mark]) -> dict[str, Any]:
    """Return a RoundModelPerformance."""
    about = rounds.round_answer(visit, number)
    last = wanted(reversed(marks), {"distinctOnRound": True})
    paid = payouts.by_metric(visit, number, model, {mark.metric: mark.value for mark in last})
    newest = [performance_score(visit, number, mark, paid.get(mark.metric, NOTHING)) for mark in last]
    every_day = [performance_score(visit, number, mark, None) for mark in reversed(marks)]
    configs = [rounds.score_config(visit, number, metric) for metric in rounds.rules(number).multipliers]
    return {
        "atRisk": nmr(visit.tournament.stakes.get(model, 0.0)),
        "payoutMultipliers": [{**config, "multiplier": config["defaultMultiplier"]} for config in configs],
        "roundPayoutFactor": about["payoutFactor"],
        "roundId": about["id"],
        "roundNumber": number,
        "roundOpenTime": about["openTime"],
        "roundResolveTime": about["resolveTime"],
        "roundResolved": about["resolvedGeneral"],
        "roundTarget": about["target"],
        "submissionId": marks[-1].submission if marks else None,
        "submissionScores": newest or None,
        "intraRoundSubmissionScores": every_day or None,
        "allSubmissionScores": every_day or None,
    }


def performance_score(visit: Visit, number: int, mark: Mark, paid: str | None) -> dict[str, Any]:
    """Return one score of a performance and what it pays: pending until the round has resolved."""
    row = score_row(visit, number, mark)
    settled = row["resolved"]
    return {**row, "payoutPending": None if settled else paid, "payoutSettled": paid if settled else None}


def round_details(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `roundDetails`: every model of one round with its newest scores."""
    number = whole(arguments, "roundNumber") or rounds.current(visit)
    if not rounds.known(visit, number):
        raise Refused("Round not found")
    tournament = visit.tournament
    ours = [
        model for model in tournament.account.models if model.id in tournament.submitted(number, visit.now)
    ]
    stakes = tournament.stakes
    models = [*stakes, *(model.id for model in ours)]
    scores = tournament.scores_of(number)
    rows = [details_row(visit, number, scores, model) for model in models]
    return {
        "roundNumber": number,
        "status": calendar.status(tournament.schedule, number, visit.now).lower(),
        "totalSubmitted": len(models),
        "totalStakes": len(stakes),
        "totalAtStake": round(sum(stakes.values()), 2),
        "models": rows,
    }


def details_row(visit: Visit, number: int, scores: RoundScores, model: str) -> dict[str, Any]:
    """Return a ModelData."""
    row: dict[str, Any] = {
        "id": model,
        "modelName": visit.tournament.model_names[model],
        "selectedStakeValue": nmr(visit.tournament.stakes.get(model, 0.0)),
    }
    values: dict[str, float | None] = {}
    for name, metric in DETAIL_FIELDS.items():
        table = scores.newest.get(metric)
        values[metric], row[f"{name}Percentile"] = table.of(model) if table else (None, None)
        row[name] = by_version(visit, values[metric])
    paid = payouts.by_metric(visit, number, model, values)
    row["payoutPending"] = f"{sum(Decimal(part) for part in paid.values()):.18f}"
    return row
