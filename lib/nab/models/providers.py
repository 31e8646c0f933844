"""The three providers: who is meant by a request, which key it carries, and who reads and writes for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from nab.models.anthropic import answers as anthropic_answers
from nab.models.anthropic import errors as anthropic_errors
from nab.models.anthropic import requests as anthropic_requests
from nab.models.conversations import Conversation, Tool
from nab.models.gemini import answers as gemini_answers
from nab.models.gemini import errors as gemini_errors
from nab.models.gemini import requests as gemini_requests
from nab.models.openai import answers as openai_answers
from nab.models.openai import errors as openai_errors
from nab.models.openai import requests as openai_requests
from nab.models.turns import Answered, Frame, Ids, Refused, Turn, Usage


class Name(StrEnum):
    """The providers that are played."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    GOOGLE = "google"


HOSTS = {
    "api.anthropic.com": Name.ANTHROPIC,
    "api.openai.com": Name.OPENAI,
    "generativelanguage.googleapis.com": Name.GOOGLE,
}
PATHS = {
    "/v1beta/": Name.GOOGLE,
    "/v1/responses": Name.OPENAI,
    "/v1/messages": Name.ANTHROPIC,
    "/api/": Name.ANTHROPIC,
}


class Door(StrEnum):
    """What is asked of a provider."""

    TURN = "turn"
    COUNT = "count"
    MODELS = "models"
    UPGRADE = "upgrade"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Call:
    """The parts of a request's head that decide."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]


class Refuse(Protocol):
    """Write a trouble in the provider's own words."""

    def __call__(self, why: Refused, ids: Ids, *, subscription: bool) -> Answered: ...


@dataclass(frozen=True)
class Provider:
    """One provider's way of speaking."""

    name: Name
    writes_cache: bool
    events: str
    read: Callable[[Mapping[str, Any], Call, int], Conversation]
    streamed: Callable[[Turn, Usage, Ids, Tool | None], Iterator[Frame]]
    whole: Callable[[Turn, Usage, Ids, Tool | None], dict[str, Any]]
    refused: Refuse
    missing_key: Callable[[Ids], Answered]
    not_found: Callable[[str, Ids], Answered]


def read_gemini(body: Mapping[str, Any], call: Call, size: int) -> Conversation:
    """Read a request whose model and method stand in the path."""
    model, _, method = call.path.rpartition("/")[2].partition(":")
    return gemini_requests.read(body, model, size, streamed=method == "streamGenerateContent")


PROVIDERS = {
    Name.ANTHROPIC: Provider(
        Name.ANTHROPIC,
        anthropic_answers.WRITES_CACHE,
        anthropic_answers.EVENTS,
        lambda body, call, size: anthropic_requests.read(body, call.headers, size),
        anthropic_answers.streamed,
        anthropic_answers.whole,
        anthropic_errors.refused,
        anthropic_errors.missing_key,
        anthropic_errors.not_found,
    ),
    Name.OPENAI: Provider(
        Name.OPENAI,
        openai_answers.WRITES_CACHE,
        openai_answers.EVENTS,
        lambda body, call, size: openai_requests.read(body, call.headers, size),
        openai_answers.streamed,
        openai_answers.whole,
        openai_errors.refused,
        openai_errors.missing_key,
        openai_errors.not_found,
    ),
    Name.GOOGLE: Provider(
        Name.GOOGLE,
        gemini_answers.WRITES_CACHE,
        gemini_answers.EVENTS,
        read_gemini,
        gemini_answers.streamed,
        gemini_answers.whole,
        gemini_errors.refused,
        gemini_errors.missing_key,
        gemini_errors.not_found,
    ),
}


def meant(call: Call) -> Provider:
    """Return whom a request is for: by the host's name, and without one of theirs by the path."""
    host = call.headers.get("host", "").partition(":")[0].lower()
    if host in HOSTS:
        return PROVIDERS[HOSTS[host]]
    for beginning, name in PATHS.items():
        if call.path.startswith(beginning):
            return PROVIDERS[name]
    return PROVIDERS[Name.ANTHROPIC if "anthropic-version" in call.headers else Name.OPENAI]


def door(provider: Provider, call: Call) -> Door:
    """Return what is asked of it."""
    method, path = call.method, call.path.rstrip("/")
    match provider.name, method:
        case Name.ANTHROPIC, "POST":
            found = {"/v1/messages": Door.TURN, "/v1/messages/count_tokens": Door.COUNT}.get(path)
        case Name.OPENAI, "POST":
            found = Door.TURN if path == "/v1/responses" else None
        case Name.OPENAI, "GET" if path == "/v1/responses" and "upgrade" in call.headers:
            found = Door.UPGRADE
        case Name.GOOGLE, "POST" if path.startswith("/v1beta/models/"):
            methods = {
                "streamGenerateContent": Door.TURN,
                "generateContent": Door.TURN,
                "countTokens": Door.COUNT,
            }
            found = methods.get(path.rpartition(":")[2])
        case _, "GET" if path in {"/v1/models", "/v1beta/models"}:
            found = Door.MODELS
        case _:
            found = None
    return found or Door.NOTHING


def key(provider: Provider, call: Call) -> str:
    """Return the key that a request carries, empty without one."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    bearer = token if scheme.lower() == "bearer" else ""
    match provider.name:
        case Name.ANTHROPIC:
            return call.headers.get("x-api-key") or bearer
        case Name.OPENAI:
            return bearer
        case Name.GOOGLE:
            return call.headers.get("x-goog-api-key") or call.query.get("key", "") or bearer
