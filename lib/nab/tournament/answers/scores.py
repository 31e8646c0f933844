"""The public scores of a model, and of a whole round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nab.tournament import schedule as calendar
from nab.tournament.answers import rounds
from nab.tournament.graphql_document import Refused
from nab.tournament.scorebook import Mark, RoundScores
from nab.tournament.scoring import BMC20, CORR20, CORR60, FINAL_DAY, FNC20, MMC20, MMC60, WITH_META
from nab.tournament.visit import Visit, at, nmr, text, whole

VERSION = "1"
NOTHING = "0.000000000000000000"
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
    model, last = str(arguments["modelId"]), whole(arguments, "lastNRounds")
    numbers = [*reversed(visit.tournament.rounds())][:last]
    rows = []
    for number in numbers:
        marks = wanted(reversed(marks_of(visit, number, model)), arguments)
        resolves = calendar.resolves(visit.tournament.schedule, number)
        if arguments.get("resolved") in (None, visit.now >= resolves):
            rows += [score_row(visit, number, mark) for mark in marks]
    return rows


def wanted(marks: Iterable[Mark], arguments: Mapping[str, Any]) -> list[Mark]:
    """Return the marks of one round that the arguments ask for; `distinct` keeps the newest per metric."""
    metric, day, version = text(arguments, "displayName"), whole(arguments, "day"), text(arguments, "version")
    kept = [
        m for m in marks if metric in (None, m.metric) and day in (None, m.day) and version in (None, VERSION)
    ]
    if not arguments.get("distinctOnRound"):
        return kept
    newest: dict[str, Mark] = {}
    for mark in kept:
        newest.setdefault(mark.metric, mark)
    return list(newest.values())


def marks_of(visit: Visit, number: int, model: str) -> list[Mark]:
    """Return what a model scored in a round so far, oldest day first."""
    with visit.tournament.lock:
        return visit.tournament.scores.get(number, RoundScores()).marks(model)


def score_row(visit: Visit, number: int, mark: Mark) -> dict[str, Any]:
    """Return a SubmissionScore."""
    schedule = visit.tournament.schedule
    resolves = calendar.resolves(schedule, number)
    return {
        "roundId": rounds.round_id(visit, number),
        "submissionId": mark.submission,
        "roundNumber": number,
        "roundResolveTime": at(resolves),
        "roundScoreTime": at(schedule.scored_at(number, 1)),
        "roundCloseStakingTime": at(schedule.times(number).closes_on_time),
        "value": mark.value,
        "percentile": mark.percentile,
        "displayName": mark.metric,
        "version": VERSION,
        "date": at(schedule.scored_at(number, mark.day)),
        "day": mark.day,
        "resolveDate": schedule.scored_at(number, FINAL_DAY[mark.metric]).date().isoformat(),
        "resolved": visit.now >= resolves,
    }


def performances(visit: Visit, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer `v2RoundModelPerformances`, newest round first."""
    model = str(arguments["modelId"])
    exact, low, high = (whole(arguments, f"roundNumber{end}") for end in ("Eq", "Gte", "Lte"))
    numbers = [*reversed(visit.tournament.rounds())][: whole(arguments, "lastNRounds")]
    asked = [n for n in numbers if exact in (None, n) and (low or n) <= n <= (high or n)]
    found = [performance(visit, number, model) for number in asked]
    if arguments.get("submittedOnly"):
        found = [row for row in found if row["submissionScores"]]
    return [row for row in found if row["roundResolved"] or not arguments.get("resolvedOnly")]


def performance(visit: Visit, number: int, model: str) -> dict[str, Any]:
    """Return a RoundModelPerformance."""
    about, marks = rounds.round_answer(visit, number), marks_of(visit, number, model)
    every_day = [performance_score(visit, number, mark) for mark in reversed(marks)]
    newest = [performance_score(visit, number, m) for m in wanted(reversed(marks), {"distinctOnRound": True})]
    configs = [rounds.score_config(visit, number, metric) for metric in rounds.PAYS]
    return {
        "atRisk": NOTHING,
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


def performance_score(visit: Visit, number: int, mark: Mark) -> dict[str, Any]:
    """Return one score of a performance; nothing is staked, so nothing is paid."""
    row = score_row(visit, number, mark)
    return {**row, "payoutPending": NOTHING, "payoutSettled": None}


def round_details(visit: Visit, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Answer `roundDetails`: every model of one round with its newest scores."""
    number = whole(arguments, "roundNumber") or rounds.current(visit)
    if not rounds.known(visit, number):
        raise Refused("Round not found")
    tournament = visit.tournament
    ours = [
        model for model in tournament.account.models if model.id in tournament.submitted(number, visit.now)
    ]
    stakes = {participant.id: participant.stake for participant in tournament.field}
    models = [*stakes, *(model.id for model in ours)]
    with tournament.lock:
        scores = tournament.scores.get(number, RoundScores())
        rows = [details_row(visit, scores, model, stakes.get(model, 0.0)) for model in models]
    return {
        "roundNumber": number,
        "status": calendar.status(tournament.schedule, number, visit.now).lower(),
        "totalSubmitted": len(models),
        "totalStakes": nmr(round(sum(stakes.values()), 2)),
        "models": rows,
    }


def details_row(visit: Visit, scores: RoundScores, model: str, stake: float) -> dict[str, Any]:
    """Return a RoundDetailsModel."""
    row: dict[str, Any] = {
        "modelId": model,
        "modelName": visit.tournament.model_names[model],
        "selectedStakeValue": nmr(stake),
        "payoutPending": NOTHING,
    }
    for name, metric in DETAIL_FIELDS.items():
        table = scores.newest.get(metric)
        row[name], row[f"{name}Percentile"] = table.of(model) if table else (None, None)
    return row
