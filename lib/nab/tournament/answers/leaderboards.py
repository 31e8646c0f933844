"""Who is ahead: models, accounts, and how one model's standing went from day to day."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from nab.tournament.graphql.document import Refused, plain
from nab.tournament.market.field import BENCHMARK_ACCOUNT
from nab.tournament.play.visit import Visit, at, count, nmr, text
from nab.tournament.scoring import payouts
from nab.tournament.scoring.scorebook import Snapshot
from nab.tournament.scoring.scoring import BMC20, CORR20, CORR60, FNC20, MMC20, MMC60

USUAL_LIMIT = 50
ROUNDS_OF = {"return_1_day": 1, "return_13_weeks": 13 * 5, "return_52_weeks": 52 * 5}
SCORE_OF = {
    "corr20Rep": CORR20,
    "corr20V2Rep": CORR20,
    "fncV3Rep": FNC20,
    "mmcRep": MMC20,
    "bmcRep": BMC20,
    "corr60Rep": CORR60,
    "mmc60Rep": MMC60,
}
RANKED_BY = "mmcRep"


def models(visit: Visit, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer `v2Leaderboard`: a row per model that has a final score, the best first."""
    tournament = visit.tournament
    with tournament.lock:
        ids = list(tournament.reputations.means(MMC20))
        rows = [model_row(visit, model) for model in ids]
    return page(rows, arguments, by=RANKED_BY)


def model_row(visit: Visit, model: str) -> dict[str, Any]:
    """Return a LeaderboardModel."""
    reputations, stake = visit.tournament.reputations, visit.tournament.stakes.get(model, 0.0)
    return {
        "modelId": model,
        "username": visit.tournament.model_names[model],
        "nmrStaked": nmr(stake),
        "team": False,
        **{name: reputations.means(metric).get(model) for name, metric in SCORE_OF.items()},
        **{name: returned(visit, model, rounds) for name, rounds in ROUNDS_OF.items()},
    }


def returned(visit: Visit, model: str, rounds: int) -> float | None:
    """Return what the newest rounds that are final have paid on a stake, as a share of it."""
    if not visit.tournament.stakes.get(model):
        return None
    rules = payouts.regime(visit.rounds.stop - 1)
    factor = rules.payout_factor(sum(visit.tournament.stakes.values()))
    tables = [visit.tournament.reputations.last(metric, rounds) for metric in rules.multipliers]
    shares = [
        rules.round_return(
            {m: table.of(model)[0] for m, table in zip(rules.multipliers, row, strict=True)}, factor
        )
        for row in zip(*tables, strict=False)
    ]
    return sum(share for share in shares if share is not None) if shares else None


def accounts(visit: Visit, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer `accountLeaderboard`. Every participant is an account of one model, the benchmarks are one together."""
    tournament = visit.tournament
    with tournament.lock:
        known = tournament.reputations.means(MMC20)
        ours = [model.id for model in tournament.account.models if model.id in known]
        benchmarks = [p.id for p in tournament.benchmarks if p.id in known]
        others = [p for p in tournament.field if p.id in known and p.id not in benchmarks]
        rows = [account_row(visit, p.name, [p.id]) for p in others]
        if benchmarks:
            rows.append(account_row(visit, BENCHMARK_ACCOUNT, benchmarks))
        if ours:
            rows.append(account_row(visit, tournament.account.username, ours))
    return page(rows, arguments, by="mmc")


def account_row(visit: Visit, name: str, models: list[str]) -> dict[str, Any]:
    """Return an AccountLeaderboardEntry; models without stake count alike."""
    means, stake = visit.tournament.reputations.means, visit.tournament.stakes.get(models[0], 0.0)
    returns = {
        ending: returned(visit, models[0], rounds)
        for ending, rounds in (("3m", 13 * 5), ("1y", 52 * 5), ("AllTime", 52 * 5))
    }
    scores = {
        "v2Corr20": CORR20,
        "mmc": MMC20,
        "bmc": BMC20,
        "fncV3": FNC20,
        "corr60": CORR60,
        "mmc60": MMC60,
    }
    found = {key: [means(metric)[m] for m in models if m in means(metric)] for key, metric in scores.items()}
    return {
        "username": name,
        "displayName": name,
        "nmrStaked": nmr(stake),
        **{key: fmean(values) if values else None for key, values in found.items()},
        **{f"return{ending}": share for ending, share in returns.items()},
        **{f"return{ending}Nmr": nmr(stake * (share or 0.0)) for ending, share in returns.items()},
    }


def page(rows: list[dict[str, Any]], arguments: Mapping[str, Any], *, by: str) -> list[dict[str, Any]]:
    """Rank the rows by their usual score, order them as asked, and return the page asked for."""
    ranked = sorted(rows, key=lambda row: -(row[by] if row[by] is not None else -1e9))
    for place, row in enumerate(ranked, start=1):
        row["rank"] = place
    ordered = in_order(ranked, text(arguments, "orderBy"), text(arguments, "direction"))
    start, limit = count(arguments, "offset") or 0, count(arguments, "limit")
    return ordered[start : start + (USUAL_LIMIT if limit is None else limit)]


def in_order(rows: list[dict[str, Any]], by: str | None, direction: str | None) -> list[dict[str, Any]]:
    """Order rows by the field of that name; rows without a value come last."""
    if by is None or not rows:
        return rows
    name = next((key for key in rows[0] if plain(key) == plain(by)), None)
    if name is None:
        raise Refused(f'Argument "orderBy" has invalid value {by}.')
    have = [row for row in rows if row[name] is not None]
    numeric = name.endswith("Staked") or name.endswith("Nmr")
    have.sort(key=lambda row: float(row[name]) if numeric else row[name], reverse=direction != "asc")
    return have + [row for row in rows if row[name] is None]


def daily(visit: Visit, model: str) -> list[dict[str, Any]]:
    """Return a model's daily performances, newest first."""
    with visit.tournament.lock:
        history = list(visit.tournament.reputations.history)
    return [daily_row(visit, model, snapshot) for snapshot in reversed(history)]


def daily_row(visit: Visit, model: str, snapshot: Snapshot) -> dict[str, Any]:
    """Return a DailyModelPerformance."""
    row: dict[str, Any] = {"date": at(visit.tournament.schedule.scored_at(snapshot.number, 20))}
    for name, metric in (("corr", CORR20), ("mmc", MMC20), ("fncV3", FNC20)):
        row[f"{name}Rep"], row[f"{name}Rank"] = snapshot.standings[metric].of(model)
    return row
