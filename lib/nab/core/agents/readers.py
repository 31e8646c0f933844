"""Which reader reads what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from nab.core.agents.claude import Claude
from nab.core.agents.codex import Codex
from nab.core.agents.codex_rollouts import Rollout
from nab.core.agents.events import AgentEnding, AnyEvent, Message
from nab.core.agents.gemini import Gemini
from nab.core.agents.gemini_chats import Chat
from nab.core.agents.lines import Reader


class Plain(Reader):
    """Reads a program that prints plain text: every line is something that it says."""

    def understood(self, line: bytes) -> list[AnyEvent]:
        text = line.decode("utf-8", "replace").rstrip()
        if text == PLAIN_DONE:
            return [AgentEnding(success=True, reason="done", **self.here)]
        return [Message(role="assistant", text=text, **self.here)]


PLAIN_DONE = "NAB:DONE"  # how such a program says that it has ended as it wanted to
Make = Callable[[str], Reader]
PRINTED: Mapping[str, Make] = {"claude": Claude, "codex": Codex, "gemini": Gemini, "plain": Plain}
TRANSCRIPTS: Mapping[str, Make] = {
    "claude": partial(Claude, transcript=True),
    "codex": Rollout,
    "gemini": Chat,
    "plain": Plain,
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
