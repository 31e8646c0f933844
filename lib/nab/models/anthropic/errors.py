"""Anthropic's answers when there is no turn, in its own words."""

from __future__ import annotations

from nab.models.turns import Answered, Ids, Refused, Trouble

PLAIN = {
    Trouble.AUTH: (401, "authentication_error", "invalid x-api-key"),
    Trouble.BILLING: (
        400,
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API. "
        "Please go to Plans & Billing to upgrade or purchase credits.",
    ),
    Trouble.OVERLOAD: (529, "overloaded_error", "Overloaded"),
    Trouble.SERVER_ERROR: (500, "api_error", "Internal server error"),
    Trouble.RATE_LIMIT: (
        429,
        "rate_limit_error",
        "This request would exceed your organization's rate limit of 30,000 input tokens per minute.",
    ),
    Trouble.CONTEXT_OVERFLOW: (
        400,
        "invalid_request_error",
        "prompt is too long: 1000413 tokens > 1000000 maximum",
    ),
}


def refused(why: Refused, ids: Ids, *, subscription: bool) -> Answered:
    """Return status, headers and body."""
    headers = [("request-id", f"req_{ids.answer}")]
    if why.trouble is Trouble.USAGE_LIMIT:
        status, kind, message = usage_limit(why, headers, subscription=subscription)
    else:
        status, kind, message = PLAIN[why.trouble]
    if why.retry_after is not None:
        headers.append(("retry-after", f"{why.retry_after:g}"))
    error = {"type": kind, "message": message}
    return Answered(
        status, {"type": "error", "error": error, "request_id": f"req_{ids.answer}"}, tuple(headers)
    )


def usage_limit(why: Refused, headers: list[tuple[str, str]], *, subscription: bool) -> tuple[int, str, str]:
    """Say when it ends: a subscription's in headers, a spending limit's in the sentence."""
    assert why.resets is not None
    if not subscription:
        until = f"{why.resets:%Y-%m-%d} at {why.resets:%H:%M} UTC"
        message = f"You have reached your specified API usage limits. You will regain access on {until}."
        return 400, "invalid_request_error", message
    unified = {
        "status": "rejected",
        "reset": f"{why.resets.timestamp():.0f}",
        "representative-claim": "five_hour",
        "overage-status": "rejected",
        "overage-disabled-reason": "org_level_disabled",
    }
    headers += [(f"anthropic-ratelimit-unified-{name}", value) for name, value in unified.items()]
    return (
        429,
        "rate_limit_error",
        "This request would exceed your account's rate limit. Please try again later.",
    )


def missing_key(ids: Ids) -> Answered:
    """Return what is said to a request without any key."""
    error = {"type": "authentication_error", "message": "x-api-key header is required"}
    name = f"req_{ids.answer}"
    return Answered(401, {"type": "error", "error": error, "request_id": name}, (("request-id", name),))


def not_found(path: str, ids: Ids) -> Answered:
    """Return what is said of a path that there is not."""
    error = {"type": "not_found_error", "message": f"Not found: {path}"}
    return Answered(404, {"type": "error", "error": error, "request_id": f"req_{ids.answer}"})
