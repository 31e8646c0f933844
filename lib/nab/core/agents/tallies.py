"""What a session came to, kept in a handful of values however long it runs."""

from __future__ import annotations

import msgspec

from nab.core.agents.events import AgentEnding, AnyEvent, Error, Message, SessionOpened, ToolCall, TurnOpened


class Tally(msgspec.Struct):
    """The sum of a session's events so far. `limit` is when a limit ends, as the program was told."""

    session: str = ""
    events: int = 0
    said: int = 0
    called: int = 0
    ending: AgentEnding | None = None
    error: Error | None = None
    limit: int | None = None

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
                self.limit = event.resets or self.limit
            case AgentEnding():
                self.ending = event

    @property
    def did_nothing(self) -> bool:
        """Say whether the model neither said nor called anything."""
        return not (self.said or self.called)
