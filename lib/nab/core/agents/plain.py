"""A program that prints plain text: what stands together is one message, as it was printed."""

from __future__ import annotations

from nab.core.agents.events import AgentEnding, AnyEvent, Message
from nab.core.agents.lines import Reader

DONE = "NAB:DONE"  # how such a program says that it has ended as it wanted to
FENCE = "```"
MOST_LINES, MOST_EMPTY = 200, 20  # of one message; of empty lines that are kept in a row


class Plain(Reader):
    """Reads it. A message goes on over empty lines as long as the next line is indented, or inside a fence."""

    def __init__(self, source: str = "") -> None:
        super().__init__(source)
        self.lines = self.empty = 0  # of the message that is open
        self.fenced = False

    def read(self, line: bytes) -> list[AnyEvent]:
        """Return what a line says; an empty one says nothing until another follows."""
        self.place.line += 1
        text = line.decode("utf-8", "replace").rstrip()
        if not text:
            self.empty += 1
            return []
        return self.said(text)

    def understood(self, line: bytes) -> list[AnyEvent]:
        return self.read(line)

    def said(self, text: str) -> list[AnyEvent]:
        """Return what a line that is not empty says."""
        empty, self.empty = min(self.empty, MOST_EMPTY), 0
        if text == DONE:
            self.ends()
            return [AgentEnding(success=True, reason="done", **self.here)]
        together = not empty or self.fenced or text[0].isspace()
        goes_on = 0 < self.lines < MOST_LINES and together
        self.lines = self.lines + 1 if goes_on else 1
        if text.lstrip().startswith(FENCE):
            self.fenced = not self.fenced
        glue = "\n" * (empty + 1) if goes_on else ""
        return [Message(role="assistant", text=glue + text, part=goes_on, **self.here)]

    def ends(self) -> None:
        """Let the next line begin a message."""
        self.lines = self.empty = 0
        self.fenced = False
