"""The answers of the providers that are no turns: how many tokens, which models."""

from __future__ import annotations

from typing import Any

from nab.models.providers import Name, Provider
from nab.models.tokens import count

MODELS = {
    Name.ANTHROPIC: ("claude-opus-5-5",),
    Name.OPENAI: ("gpt-6.1-sol",),
    Name.CHAT: ("any-model",),
    Name.GOOGLE: ("gemini-3.8-flash",),
}


def counted(provider: Provider, size: int) -> dict[str, Any]:
    """Return how many tokens a request has."""
    return {"totalTokens" if provider.name is Name.GOOGLE else "input_tokens": count(size)}


def models(provider: Provider) -> dict[str, Any]:
    """Return the models that there are; any other name is answered too."""
    names = MODELS[provider.name]
    match provider.name:
        case Name.ANTHROPIC:
            return {"data": [{"type": "model", "id": name} for name in names], "has_more": False}
        case Name.OPENAI | Name.CHAT:
            return {"object": "list", "data": [{"id": name, "object": "model"} for name in names]}
        case Name.GOOGLE:
            return {"models": [{"name": f"models/{name}"} for name in names]}
