"""What a model's answer cost, in tokens: each provider's own fields, and the same in words that compare.

`input` is what was neither read from a cache nor written to one, so that a prompt is `input` and
`cache_read` and `cache_write` together; `reasoning` is a part of `output`. None is "not said".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from providers import PROVIDERS, Provider

from models.counts import after, decoded, is_count

MOST_CHARACTERS = 128
MOST_RAW = 2048
OPENAI_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})
CHUNK = "chat.completion.chunk"
GOING_ON = frozenset({"queued", "in_progress"})

HOSTS: list[tuple[str, str]] = []
ANSWERS: dict[str, str] = {}


def know(providers: Iterable[Provider]) -> None:
    """Read the answers of these providers from here on."""
    told = list(providers)
    HOSTS[:] = [(provider.name, host.name) for provider in told for host in provider.hosts]
    ANSWERS.clear()
    ANSWERS.update({provider.name: provider.answers for provider in told})


know(PROVIDERS)


def may_tell(event: bytes) -> bool:
    """Say whether an event is worth reading: most are a word or two of the answer."""
    return b'"usage' in event or b'"model' in event or b"finishReason" in event


@dataclass
class Usage:
    """What was read of one answer so far."""

    provider: str
    model: str | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    began: bool = False
    ended: bool = False
    complete: bool = False

    def read(self, text: bytes | str) -> None:
        """Read one event, one message or a whole answer; what is no JSON of theirs says nothing."""
        if b"{" not in text if isinstance(text, bytes) else "{" not in text:
            return
        try:
            value = decoded(text)
        except (ValueError, RecursionError):
            return
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                READERS[ANSWERS[self.provider]](self, one)

    def name(self, model: Any) -> None:
        if isinstance(model, str) and model:
            self.model = model[:MOST_CHARACTERS]

    def count(self, raw: Any, *, last: bool) -> None:
        """Take over counts; later ones replace earlier ones of the same name. What is no count replaces none."""
        if isinstance(raw, dict):
            self.raw = after(self.raw, raw)
            self.complete = self.complete or last

    def said(self) -> dict[str, Any] | None:
        """Return it for the record; None when the answer was none of a model."""
        if not (self.began or self.raw):
            return None
        small = len(json.dumps(self.raw)) <= MOST_RAW
        return {
            "provider": self.provider,
            "model": self.model,
            **NORMAL[ANSWERS[self.provider]](self.raw),
            "complete": self.complete,
            "raw": self.raw if small else None,
        }


def provider(host: str) -> str | None:
    """Name whose model a host serves."""
    name = host.lower().rstrip(".")
    if (exactly := next((known for known, its_host in HOSTS if name == its_host), None)) is not None:
        return exactly
    for known, its_host in HOSTS:
        if name.endswith(("." + its_host, "-" + its_host)):
            return known
    return None


def read_anthropic(usage: Usage, value: dict[str, Any]) -> None:
    """Read message_start and message_delta, or a whole message."""
    kind = value.get("type")
    if kind == "message_start":
        usage.began = True
        message = inner(value, "message")
        usage.name(message.get("model"))
        usage.count(message.get("usage"), last=False)
    elif kind == "message_delta":
        usage.count(value.get("usage"), last=True)
    elif kind == "message":
        usage.name(value.get("model"))
        usage.count(value.get("usage"), last=True)


def read_openai(usage: Usage, value: dict[str, Any]) -> None:
    """Read an event of the Responses API, a whole response, or a chat completion or a piece of one."""
    kind = value.get("type")
    if isinstance(kind, str) and kind.startswith("response."):
        answer = inner(value, "response")
        usage.began = usage.began or "id" in answer
        usage.name(answer.get("model"))
        usage.count(answer.get("usage"), last=kind in OPENAI_ENDS)
    elif value.get("object") == CHUNK:
        read_chunk(usage, value)
    elif "model" in value and ("choices" in value or "output" in value or "usage" in value):
        usage.began = True
        usage.name(value.get("model"))
        usage.count(value.get("usage"), last=value.get("status") not in GOING_ON)


def read_chunk(usage: Usage, value: dict[str, Any]) -> None:
    """Read a piece of a chat completion. Its counts come at the end where they were asked for, or grow with it."""
    choices = value.get("choices")
    usage.began = True
    usage.name(value.get("model"))
    told = choices if isinstance(choices, list) else []
    usage.ended = usage.ended or any(isinstance(one, dict) and one.get("finish_reason") for one in told)
    usage.count(value.get("usage"), last=usage.ended or not told)


def read_google(usage: Usage, value: dict[str, Any]) -> None:
    """Read a chunk: its counts are those of the answer so far, and the last one says why it ends."""
    answer = inner(value, "response") or value
    candidates = answer.get("candidates")
    found = [one for one in candidates if isinstance(one, dict)] if isinstance(candidates, list) else []
    if found or "usageMetadata" in answer:
        usage.began = True
    usage.name(answer.get("modelVersion"))
    ends = any(one.get("finishReason") for one in found) or bool(inner(answer, "promptFeedback"))
    usage.count(answer.get("usageMetadata"), last=ends)


def inner(value: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key, or an empty one."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def tokens(raw: dict[str, Any], *names: str) -> int | None:
    """Return the first of these counts that is there."""
    for name in names:
        found = raw.get(name)
        if is_count(found):
            return int(found)
    return None


def less(whole: int | None, *parts: int | None) -> int | None:
    return None if whole is None else max(0, whole - sum(part or 0 for part in parts))


def more(*parts: int | None) -> int | None:
    said = [part for part in parts if part is not None]
    return sum(said) if said else None


def anthropic_tokens(raw: dict[str, Any]) -> dict[str, int | None]:
    return {
        "input": tokens(raw, "input_tokens"),
        "output": tokens(raw, "output_tokens"),
        "cache_read": tokens(raw, "cache_read_input_tokens"),
        "cache_write": tokens(raw, "cache_creation_input_tokens"),
        "reasoning": tokens(inner(raw, "output_tokens_details"), "thinking_tokens", "reasoning_tokens"),
    }


def openai_tokens(raw: dict[str, Any]) -> dict[str, int | None]:
    asked = inner(raw, "input_tokens_details") or inner(raw, "prompt_tokens_details")
    given = inner(raw, "output_tokens_details") or inner(raw, "completion_tokens_details")
    read = tokens(asked, "cached_tokens")
    written = tokens(asked, "cache_write_tokens", "cache_creation_tokens")
    return {
        "input": less(tokens(raw, "input_tokens", "prompt_tokens"), read, written),
        "output": tokens(raw, "output_tokens", "completion_tokens"),
        "cache_read": read,
        "cache_write": written,
        "reasoning": tokens(given, "reasoning_tokens"),
    }


def google_tokens(raw: dict[str, Any]) -> dict[str, int | None]:
    read, thought = tokens(raw, "cachedContentTokenCount"), tokens(raw, "thoughtsTokenCount")
    asked = more(tokens(raw, "promptTokenCount"), tokens(raw, "toolUsePromptTokenCount"))
    return {
        "input": less(asked, read),
        "output": more(tokens(raw, "candidatesTokenCount"), thought),
        "cache_read": read,
        "cache_write": None,
        "reasoning": thought,
    }


Reader = Callable[[Usage, dict[str, Any]], None]
READERS: dict[str, Reader] = {"anthropic": read_anthropic, "openai": read_openai, "google": read_google}
NORMAL = {"anthropic": anthropic_tokens, "openai": openai_tokens, "google": google_tokens}
