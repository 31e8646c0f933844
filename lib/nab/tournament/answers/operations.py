"""The table of operations: each root field and what answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import graphql

from nab.tournament.answers import (
    compute,
    diagnostics,
    identity,
    leaderboards,
    limits,
    payouts,
    rounds,
    scores,
    settings,
    submissions,
)
from nab.tournament.graphql.document import Refused, plain
from nab.tournament.graphql.schema import SDL
from nab.tournament.play.visit import Visit

SCHEMA = graphql.build_schema(SDL)

ANSWERS: Mapping[str, Callable[[Visit, Mapping[str, Any]], Any]] = {
    "account": identity.account,
    "accountLeaderboard": leaderboards.accounts,
    "accountProfile": identity.account_profile,
    "addModel": settings.add_model,
    "apiTokenInfo": identity.api_token,
    "computePickleDataVersions": compute.data_versions,
    "computePickleDockerImages": compute.docker_images,
    "computePickleUploadAuth": compute.upload_auth,
    "createComputePickleUpload": compute.create,
    "createDiagnostics": diagnostics.create,
    "createSubmission": submissions.create,
    "dataset": rounds.dataset,
    "diagnostics": diagnostics.diagnostics_of_model,
    "diagnosticsUploadAuth": diagnostics.upload_auth,
    "graphqlRateLimits": limits.rate_limits,
    "listDatasets": rounds.list_datasets,
    "model": identity.model,
    "pendingModelPayouts": payouts.pending,
    "pipelineStatus": rounds.pipeline_status,
    "roundDetails": scores.round_details,
    "rounds": rounds.rounds,
    "setSubmissionWebhook": settings.set_webhook,
    "setUserBio": settings.set_bio,
    "setUserLink": settings.set_link,
    "submissionDownloadAuth": submissions.download_auth,
    "submissionScores": scores.submission_scores,
    "submissionUploadAuth": submissions.upload_auth,
    "submissions": submissions.submissions,
    "v2Leaderboard": leaderboards.models,
    "v2RoundModelPerformances": scores.performances,
    "v3UserProfile": identity.profile,
}

READS = (
    "account",
    "diagnostics",
    "model",
    "rounds",
    "submissionScores",
    "submissions",
    "v2RoundModelPerformances",
)
CLOSED = {
    **dict.fromkeys(
        [
            "v2ChangeStake",
            "releaseStake",
            "increaseStake",
            "v2WithdrawNmr",
            "v3ChangePayoutSelection",
            "v2ChangePayoutSelection",
            "cancelPendingStakeRelease",
        ],
        "stake",
    ),
    **dict.fromkeys(["v3StakeAuth", "v3StakeConfig", "v3StakeRound", "v3StakeClaim"], "web3_staking"),
}
CLOSED_PLAIN = {plain(name): scope for name, scope in CLOSED.items()}


def roots(visit: Visit) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
    """Return what answers each root field for one visit."""
    return {name: partial(answer, visit, name) for name in ANSWERS}


def answer(visit: Visit, name: str, arguments: Mapping[str, Any]) -> Any:
    """Answer one operation, as faults that are switched on let it."""
    stale = visit.house.faults.find("stale-answers", [name]) if name in READS else None
    if stale is not None:
        visit = replace(visit, behind=timedelta(seconds=stale.number("seconds")))
    if not visit.house.faults.find("empty-answers", [name]):
        return ANSWERS[name](visit, arguments)
    found = ANSWERS[name](replace(visit, sees_nothing=True), arguments)
    return [] if isinstance(found, list) else found


def refusal(visit: Visit, name: str) -> str | None:
    """Say why an operation is closed; no token of this tournament may stake."""
    scope = CLOSED_PLAIN.get(name)
    if scope is None:
        return None
    try:
        visit.require(scope)
    except Refused as refused:
        return refused.message
    return None


@dataclass(frozen=True)
class Operation:
    """A root field as the schema has it, and what becomes of it here."""

    kind: str
    name: str
    closed_to: str | None

    def __str__(self) -> str:
        served = (
            "answered" if self.closed_to is None else f"refused: Insufficient permission for {self.closed_to}"
        )
        return f"{self.kind:8} {self.name:26} {served}"


def table() -> list[Operation]:
    """Return every operation that is served, queries first, by name."""
    closed = {name: scope for name, scope in CLOSED.items() if name not in ANSWERS}
    names = sorted({*ANSWERS, *closed})
    known = [Operation("mutation" if changes(name) else "query", name, closed.get(name)) for name in names]
    return sorted(known, key=lambda operation: (operation.kind != "query", operation.name))


def changes(name: str) -> bool:
    """Say whether an operation is a mutation."""
    return name not in (SCHEMA.query_type.fields if SCHEMA.query_type else {})


def summary() -> str:
    """Return how many operations there are."""
    found = table()
    refused = sum(operation.closed_to is not None for operation in found)
    return f"{len(found)} operations: {len(found) - refused} answered, {refused} refused in Numerai's words"
