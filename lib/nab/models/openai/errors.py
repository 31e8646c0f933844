"""OpenAI's answers when there is no turn, in its own words."""

from __future__ import annotations

from nab.models.turns import Answered, Ids, Refused, Trouble

ACCOUNT = "https://platform.openai.com/account"
PLAIN: dict[Trouble, tuple[int, dict[str, str | None]]] = {
    Trouble.AUTH: (
        401,
        {
            "message": f"Incorrect API key provided. You can find your API key at {ACCOUNT}/api-keys.",
            "type": "invalid_request_error",
            "param": None,
            "code": "invalid_api_key",
        },
    ),
    Trouble.BILLING: (
        429,
        {
            "message": "You exceeded your current quota, please check your plan and billing details.",
            "type": "insufficient_quota",
            "param": None,
            "code": "insufficient_quota",
        },
    ),
    Trouble.OVERLOAD: (
        503,
        {
            "message": "Our servers are currently overloaded. Please try again later.",
            "type": "service_unavailable_error",
            "param": None,
            "code": "server_is_overloaded",
        },
    ),
    Trouble.SERVER_ERROR: (
        500,
        {
            "message": "The server had an error while processing your request. Sorry about that!",
            "type": "server_error",
            "param": None,
            "code": None,
        },
    ),
    Trouble.RATE_LIMIT: (
        429,
        {
            "message": f"Rate limit reached on tokens per min (TPM): Limit 30000. Visit {ACCOUNT}/rate-limits.",
            "type": "tokens",
            "param": None,
            "code": "rate_limit_exceeded",
        },
    ),
    Trouble.CONTEXT_OVERFLOW: (
        400,
        {
            "message": "Your input exceeds the context window of this model. "
            "Please adjust your input and try again.",
            "type": "invalid_request_error",
            "param": "input",
            "code": "context_length_exceeded",
        },
    ),
}


def refused(why: Refused, ids: Ids, *, subscription: bool) -> Answered:
    """Return status, headers and body."""
    del subscription  # ChatGPT plans are served under another host
    headers = [("x-request-id", f"req_{ids.answer}")]
    if why.retry_after is not None:
        headers.append(("retry-after", f"{why.retry_after:g}"))
    if why.trouble is Trouble.USAGE_LIMIT:
        return Answered(429, {"error": usage_limit(why, ids)}, tuple(headers))
    status, error = PLAIN[why.trouble]
    return Answered(status, {"error": error}, tuple(headers))


def usage_limit(why: Refused, ids: Ids) -> dict[str, object]:
    """Return the error of a plan that is used up, which codex turns into a sentence with the time."""
    assert why.resets is not None
    return {
        "type": "usage_limit_reached",
        "message": "The usage limit has been reached",
        "plan_type": "plus",
        "resets_at": int(why.resets.timestamp()),
        "resets_in_seconds": int((why.resets - ids.made).total_seconds()),
    }


def missing_key(ids: Ids) -> Answered:
    """Return what is said to a request without any key."""
    message = "You didn't provide an API key. You need to provide your API key in an Authorization header."
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return Answered(401, {"error": error}, (("x-request-id", f"req_{ids.answer}"),))


def not_found(path: str, ids: Ids) -> Answered:
    """Return what is said of a path that there is not."""
    del ids
    error = {
        "message": f"Invalid URL ({path})",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }
    return Answered(404, {"error": error})
