"""How an API refuses, and what it tells over HTTP: the form alone, without a name, a number or a value of anybody's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from nab.core import foreign
from nab.core.contract.contract import Form
from nab.core.foreign import UnreadableError

VARIES = re.compile(r"\"[^\"]*\"|'[^']*'|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\d+")
HINT = re.compile(r"\s*Did you mean .*", re.DOTALL)  # of other fields, which differ
LIMITS = re.compile(r"x-?rate-?limit[\w-]*|rate-?limit[\w-]*|retry-after")
LONGEST = 160
MOST_READ = 2_000
MOST_KEYS = 20
UNTOLD = "an error without a message"


def of(status: int, headers: Mapping[str, str], content: bytes) -> Form:
    """Return the form of an answer."""
    told = parsed(content)
    return Form(
        status=status,
        content=content_of(content, told),
        keys=sorted(keys(told))[:MOST_KEYS],
        message=message(told),
        headers=sorted({name.lower() for name in headers if LIMITS.fullmatch(name.lower())}),
    )


def parsed(content: bytes) -> Any:
    """Return what JSON says; NOTHING for what is none."""
    try:
        return foreign.value(content)
    except (UnreadableError, RecursionError):
        return foreign.NOTHING


def content_of(content: bytes, told: Any) -> str:
    """Name what came."""
    if told is not foreign.NOTHING:
        return "json"
    begins = content.lstrip()[:200].lower()
    if not begins:
        return "nothing"
    if begins.startswith((b"<html", b"<!doctype html")):
        return "html"
    return "xml" if begins.startswith(b"<?xml") else "text"


def keys(told: Any) -> set[str]:
    """Name what stands at the top of an answer, and in each of its errors."""
    if not isinstance(told, dict):
        return set()
    found = {f"{key} is null" if value is None else str(key)[:40] for key, value in told.items()}
    for error in errors(told):
        found |= {f"errors.{str(key)[:40]}" for key in error}
    return found


def errors(told: Any) -> list[dict[str, Any]]:
    """Return the errors of a GraphQL answer, however they are told."""
    found = told.get("errors") if isinstance(told, dict) else None
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dict)]


def message(told: Any) -> str:
    """Return the words of the first error, without what varies."""
    first = next(iter(errors(told)), {})
    words = first.get("message", first.get("detail", ""))
    return general(words) if isinstance(words, str) else ""


def general(words: str) -> str:
    """Return a sentence without the names and numbers in it."""
    return VARIES.sub("…", HINT.sub("", words[:MOST_READ]))[:LONGEST]


def refusal(told: Any) -> str:
    """Return an error's words as they came, for whoever decides by them; empty where there is no error."""
    if not (isinstance(told, dict) and told.get("errors")):
        return ""
    first = next(iter(errors(told)), {})
    words = next((first[key] for key in ("message", "detail", "error") if first.get(key)), UNTOLD)
    return str(words)[:LONGEST]


def link(address: Any) -> list[str]:
    """Return what is known of the address of a file: its host and the names of its parameters, never its signature."""
    if not isinstance(address, str):
        return []
    try:
        parts = urlsplit(address)
        names = sorted(
            {name for name, _ in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)}
        )
        return [f"{parts.scheme}://{parts.hostname}", *(name[:60] for name in names)]
    except ValueError:
        return ["no address"]
