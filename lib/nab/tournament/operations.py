"""The table of operations: each root field and what answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nab.tournament.answers import diagnostics, identity, rounds, scores, submissions
from nab.tournament.graphql_document import Refused, plain
from nab.tournament.visit import Visit

ANSWERS: Mapping[str, Callable[[Visit, Mapping[str, Any]], Any]] = {
    "account": identity.account,
    "accountProfile": identity.account_profile,
    "apiTokenInfo": identity.api_token,
    "createDiagnostics": diagnostics.create,
    "createSubmission": submissions.create,
    "dataset": rounds.dataset,
    "diagnostics": diagnostics.diagnostics_of_model,
    "diagnosticsUploadAuth": diagnostics.upload_auth,
    "listDatasets": rounds.list_datasets,
    "model": identity.model,
    "pipelineStatus": rounds.pipeline_status,
    "roundDetails": scores.round_details,
    "rounds": rounds.rounds,
    "submissionDownloadAuth": submissions.download_auth,
    "submissionScores": scores.submission_scores,
    "submissionUploadAuth": submissions.upload_auth,
    "submissions": submissions.submissions,
    "v2RoundModelPerformances": scores.performances,
    "v3UserProfile": identity.profile,
}

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
    return {name: partial(answer, visit) for name, answer in ANSWERS.items()}


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
