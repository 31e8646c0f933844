"""Gemini's answers when there is no turn, in its own words."""

from __future__ import annotations

from typing import Any

from nab.models.turns import Answered, Ids, Refused, Trouble

TYPES = "type.googleapis.com/google.rpc"
SERVICE = "generativelanguage.googleapis.com"
QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. "
    "For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits."
)
PLAIN = {
    Trouble.AUTH: (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    Trouble.BILLING: (
        429,
        "RESOURCE_EXHAUSTED",
        "Your prepayment credits are depleted. "
        "Please go to AI Studio at https://ai.studio/projects to manage your project and billing.",
    ),
    Trouble.OVERLOAD: (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    Trouble.SERVER_ERROR: (
        500,
        "INTERNAL",
        "An internal error has occurred. Please retry or report in "
        "https://developers.generativeai.google/guide/troubleshooting",
    ),
    Trouble.RATE_LIMIT: (429, "RESOURCE_EXHAUSTED", QUOTA),
    Trouble.USAGE_LIMIT: (429, "RESOURCE_EXHAUSTED", QUOTA),
    Trouble.CONTEXT_OVERFLOW: (
        400,
        "INVALID_ARGUMENT",
        "The input token count (1048609) exceeds the maximum number of tokens allowed (1048576).",
    ),
}
QUOTAS = {
    Trouble.RATE_LIMIT: "GenerateContentInputTokensPerModelPerMinute",
    Trouble.USAGE_LIMIT: "GenerateRequestsPerDayPerProjectPerModel",
}


def refused(why: Refused, ids: Ids, *, subscription: bool) -> Answered:
    """Return status, headers and body. How long to wait stands in the body, never in a header."""
    del subscription  # plans with a login are served under another host
    status, name, message = PLAIN[why.trouble]
    seconds = wait(why, ids)
    if seconds is not None:
        message += f"\nPlease retry in {seconds:.9f}s."
    return failed(status, name, message, details(why, ids, seconds))


def wait(why: Refused, ids: Ids) -> float | None:
    """Return the seconds that the client is told to wait."""
    return (why.resets - ids.made).total_seconds() if why.resets else why.retry_after


def details(why: Refused, ids: Ids, seconds: float | None) -> list[dict[str, Any]]:
    """Return what stands beside the message."""
    if why.trouble is Trouble.AUTH:
        about = {"reason": "API_KEY_INVALID", "domain": "googleapis.com", "metadata": {"service": SERVICE}}
        return [{"@type": f"{TYPES}.ErrorInfo", **about}]
    if why.trouble not in QUOTAS:
        return []
    violation = {
        "quotaMetric": f"{SERVICE}/generate_content_requests",
        "quotaId": QUOTAS[why.trouble],
        "quotaDimensions": {"model": ids.model, "location": "global"},
    }
    found: list[dict[str, Any]] = [{"@type": f"{TYPES}.QuotaFailure", "violations": [violation]}]
    if seconds is not None:
        found.append({"@type": f"{TYPES}.RetryInfo", "retryDelay": f"{seconds:.0f}s"})
    return found


def failed(status: int, name: str, message: str, beside: list[dict[str, Any]]) -> Answered:
    """Return an error as Google writes it."""
    error: dict[str, Any] = {"code": status, "message": message, "status": name}
    return Answered(status, {"error": {**error, **({"details": beside} if beside else {})}})


def missing_key(ids: Ids) -> Answered:
    """Return what is said to a request without any key."""
    del ids
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API."
    )
    return failed(403, "PERMISSION_DENIED", message, [])


def not_found(path: str, ids: Ids) -> Answered:
    """Return what is said of a path that there is not."""
    del ids
    return failed(404, "NOT_FOUND", f"Requested entity was not found: {path}", [])
