"""How many tokens a turn costs. Not how a real model counts, but plausible, and the same for the same turn."""

from __future__ import annotations

from nab.models.conversations import Conversation
from nab.models.turns import Shell, Turn, Usage

CHARACTERS = 4
CACHE_BLOCK = 64


def usage(conversation: Conversation, turn: Turn, *, writes_cache: bool) -> Usage:
    """Return what the provider would bill for the whole turn."""
    prompt = count(conversation.size)
    read = prompt // 2 // CACHE_BLOCK * CACHE_BLOCK if conversation.step else 0
    written = (prompt - read) // 4 if writes_cache else 0
    said = len(turn.text) + sum(len(call.command) for call in turn.calls if isinstance(call, Shell))
    thought = count(len(turn.thought)) if turn.thought else 0
    return Usage(
        input=prompt - read - written,
        cache_read=read,
        cache_write=written,
        output=count(said) + thought,
        reasoning=thought,
    )


def count(characters: int) -> int:
    """Return the tokens of so many characters, at least one."""
    return characters // CHARACTERS + 1


def pieces(text: str, size: int = 24) -> list[str]:
    """Cut a text into what one frame of a stream carries."""
    return [text[place : place + size] for place in range(0, len(text), size)]


def so_far(whole: Usage, share: float) -> Usage:
    """Return the usage when a share of the output is out."""
    return Usage(
        input=whole.input,
        cache_read=whole.cache_read,
        cache_write=whole.cache_write,
        output=whole.reasoning + int((whole.output - whole.reasoning) * share),
        reasoning=whole.reasoning,
    )
