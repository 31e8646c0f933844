"""Which reader reads what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from nab.core.agents.claude import Claude
from nab.core.agents.codex import Codex
from nab.core.agents.codex_rollouts import Rollout
from nab.core.agents.events import AnyEvent
from nab.core.agents.gemini import Gemini
from nab.core.agents.gemini_chats import Chat
from nab.core.agents.json_lines import JsonLines
from nab.core.agents.lines import Reader
from nab.core.agents.plain import Plain

Make = Callable[[str], Reader]
PRINTED: Mapping[str, Make] = {
    "claude": Claude,
    "codex": Codex,
    "gemini": Gemini,
    "plain": Plain,
    "lines": JsonLines,
}
TRANSCRIPTS: Mapping[str, Make] = {
    "claude": partial(Claude, transcript=True),
    "codex": Rollout,
    "gemini": Chat,
    "plain": Plain,
    "lines": JsonLines,
}


def of_output(output: str, source: str = "stdout") -> Reader:
    """Return a reader of what a program prints, by the adapter's `output`."""
    return PRINTED[output](source)


def of_transcript(output: str, source: str) -> Reader:
    """Return a reader of one of its transcripts."""
    return TRANSCRIPTS[output](source)


def as_line(event: AnyEvent) -> bytes:
    """Write an event as one line of JSON."""
    return msgspec.json.encode(event) + b"\n"
