"""The providers: who is meant by a request, which key it carries, and who reads and writes for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from nab.models.anthropic import answers as anthropic_answers
from nab.models.anthropic import errors as anthropic_errors
from nab.models.anthropic import requests as anthropic_requests
from nab.models.chat import answers as chat_answers
from nab.models.chat import requests as chat_requests
from nab.models.conversations import Conversation, Tool
from nab.models.gemini import answers as gemini_answers
from nab.models.gemini import errors as gemini_errors
from nab.models.gemini import requests as gemini_requests
from nab.models.openai import answers as openai_answers
from nab.models.openai import errors as openai_errors
from nab.models.openai import requests as openai_requests
from nab.models.turns import Answered, Frame, Ids, Refused, Turn, Usage


class Name(StrEnum):
    """The providers that are played; `chat` is every server of chat completions."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    GOOGLE = "google"
    CHAT = "chat"


HOSTS = {
    "api.anthropic.com": Name.ANTHROPIC,
    "api.openai.com": Name.OPENAI,
    "generativelanguage.googleapis.com": Name.GOOGLE,
}
CHAT = "/chat/completions"
# Wherever a base URL leads to: how the paths of each protocol end.
ENDS = {
    CHAT: Name.CHAT,
    "/responses": Name.OPENAI,
    "/messages": Name.ANTHROPIC,
    "/messages/count_tokens": Name.ANTHROPIC,
}
BEGINNINGS = {"/v1beta/": Name.GOOGLE, "/api/": Name.ANTHROPIC}


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
    Name.CHAT: Provider(
        Name.CHAT,
        chat_answers.WRITES_CACHE,
        chat_answers.EVENTS,
        lambda body, call, size: chat_requests.read(body, call.headers, size),
        chat_answers.streamed,
        chat_answers.whole,
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
    path, theirs = call.path.rstrip("/"), vendor(call)
    if theirs is not None:
        return PROVIDERS[Name.CHAT if theirs is Name.OPENAI and path == f"/v1{CHAT}" else theirs]
    for ending, name in ENDS.items():
        if path.endswith(ending):
            return PROVIDERS[name]
    for beginning, name in BEGINNINGS.items():
        if beginning in f"{path}/":
            return PROVIDERS[name]
    return PROVIDERS[Name.ANTHROPIC if "anthropic-version" in call.headers else Name.OPENAI]


def vendor(call: Call) -> Name | None:
    """Return whose host a request names; None for any other."""
    return HOSTS.get(call.headers.get("host", "").partition(":")[0].lower())


def usual_path(call: Call) -> str:
    """Return the path as the vendors have it: another server's base URL may have one of its own."""
    path = call.path.rstrip("/")
    if vendor(call) is not None:
        return path
    for ending in (*ENDS, "/models"):
        if path.endswith(ending):
            return f"/v1{ending}"
    _, version, rest = path.rpartition("/v1beta/")
    return version + rest


def door(provider: Provider, call: Call) -> Door:
    """Return what is asked of it."""
    method, path = call.method, usual_path(call)
    match provider.name, method:
        case Name.ANTHROPIC, "POST":
            found = {"/v1/messages": Door.TURN, "/v1/messages/count_tokens": Door.COUNT}.get(path)
        case Name.CHAT, "POST":
            found = Door.TURN if path == f"/v1{CHAT}" else None
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
        case Name.OPENAI | Name.CHAT:
            return bearer or call.headers.get("api-key", "")
        case Name.GOOGLE:
            return call.headers.get("x-goog-api-key") or call.query.get("key", "") or bearer
