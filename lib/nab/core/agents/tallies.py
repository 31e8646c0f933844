"""What a session came to, kept in a handful of values however long it runs."""

from __future__ import annotations

import msgspec

from nab.core.agents.events import (
    USAGE_LIMIT,
    AgentEnding,
    AnyEvent,
    Error,
    Message,
    SessionOpened,
    ToolCall,
    TurnOpened,
)


class Tally(msgspec.Struct):
    """The sum of a session's events so far. `limited`: a limit was told of, and `limit` is when it ends, if that was.

    `unreadable` counts the lines of which something could not be read.
    """

    session: str = ""
    events: int = 0
    said: int = 0
    called: int = 0
    ending: AgentEnding | None = None
    error: Error | None = None
    limited: bool = False
    limit: int | None = None
    unreadable: int = 0

    def see(self, event: AnyEvent) -> None:
        """Take an event into account. A turn that begins takes the last one's ending away."""
        self.events += 1
        self.session = event.session or self.session
        match event:
            case SessionOpened() | TurnOpened():
                self.ending = None
            case Message(role="assistant", thought=False) if event.text.strip():
                self.said += 1
            case ToolCall():
                self.called += 1
            case Error():
                self.error = event
                self.limited = self.limited or event.code == USAGE_LIMIT or event.resets is not None
                self.limit = event.resets or self.limit
            case AgentEnding():
                self.ending = event

    @property
    def did_nothing(self) -> bool:
        """Say whether the model neither said nor called anything."""
        return not (self.said or self.called)
