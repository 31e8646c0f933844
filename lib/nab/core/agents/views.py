"""What a session does, in a few words for a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from nab.core.agents.events import (
    AgentEnding,
    AnyEvent,
    Cost,
    Error,
    Message,
    SessionOpened,
    Tokens,
    ToolCall,
    ToolResult,
)
from nab.core.text.terminal import Shown, Tone

MOST_TEXT, MOST_TASK, MOST_THOUGHT, MOST_COMMAND = 4_000, 300, 500, 300
MOST_LINES = 6  # of what a tool answered
ALL_LINES = 1_000_000_000


def shown(event: AnyEvent) -> Shown | None:
    """Say an event in a few words; None for what says nothing to a person."""
    said = WORDS.get(type(event))
    return said(event, instant(event.at)) if said else None


def in_full(event: AnyEvent) -> Shown | None:
    """Say an event with all of its text, and its lines as they were; None for what says nothing to a person."""
    brief = shown(event)
    if brief is None:
        return None
    match event:
        case ToolCall():
            text = event.command or arguments(event.arguments) or "(nothing)"
        case ToolResult():
            text = answer(event, None)
        case Message():
            text = event.text.strip("\n")
        case Error() | AgentEnding() if event.text:
            text = event.text
        case _:
            text = brief.text
    who = event.name if isinstance(event, ToolCall) and event.name else brief.who
    return brief._replace(who=" ".join(who.split()), text=text, most=ALL_LINES)


def arguments(written: str) -> str:
    """Write the arguments of a tool call, each under its name: texts among them have lines of their own."""
    try:
        told = json.loads(written)
    except (ValueError, RecursionError):
        return written
    if not isinstance(told, dict):
        return written
    return "\n".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in told.items()
    )


def session(began: SessionOpened, at: datetime | None) -> Shown | None:
    """Say with which model a session began, where that is told."""
    what = one_line(f"{began.model} {began.version}")
    return Shown(at, "session", what, Tone.COUNTED) if what else None


def call(called: ToolCall, at: datetime | None) -> Shown:
    """Say what was called, in one line."""
    what = called.command or (called.arguments if called.arguments != "{}" else "")
    return Shown(at, one_line(called.name) or "tool", one_line(what) or "(nothing)", Tone.CALLED)


def result(came: ToolResult, at: datetime | None) -> Shown:
    """Say how a tool call came back."""
    return Shown(at, "", answer(came), Tone.WRONG if came.failed else Tone.ANSWERED, MOST_LINES)


def tokens(counted: Tokens, at: datetime | None) -> Shown | None:
    """Say how many tokens a turn or a session used."""
    if counted.scope == "response":
        return None
    parts = [f"{counted.input:,} in", f"{counted.cache_read:,} from the cache", f"{counted.output:,} out"]
    model = f" {one_line(counted.model)}" if counted.model else ""
    return Shown(at, "tokens", f"{', '.join(parts)} (this {counted.scope}{model})", Tone.COUNTED)


def cost(counted: Cost, at: datetime | None) -> Shown:
    """Say what the program says that it cost."""
    return Shown(at, "cost", f"${counted.usd:.4f} by its own count, this {counted.scope}", Tone.COUNTED)


def error(wrong: Error, at: datetime | None) -> Shown:
    """Say what went wrong."""
    again = " (it tries again)" if wrong.again else ""
    return Shown(at, "error", f"{shortened(wrong.text, MOST_TEXT)}{again}", Tone.WRONG)


def ending(last: AgentEnding, at: datetime | None) -> Shown:
    """Say the program's last word on a turn."""
    tone = Tone.OURS if last.success else Tone.WRONG
    text = f"{last.reason}: {last.text}" if last.text and not last.success else last.reason
    return Shown(at, "turn over", shortened(text, MOST_TEXT) or "without a word", tone)


def message(said: Message, at: datetime | None) -> Shown | None:
    """Say what somebody said; an empty message says nothing."""
    if not said.text.strip():
        return None
    if said.thought:
        return Shown(at, "thinks", shortened(said.text, MOST_THOUGHT), Tone.THOUGHT)
    if said.role == "assistant":
        return Shown(at, "subagent" if said.parent else "agent", shortened(said.text, MOST_TEXT), Tone.SAID)
    return Shown(at, "task" if said.role == "user" else "system", shortened(said.text, MOST_TASK), Tone.OURS)


def answer(result: ToolResult, most: int | None = MOST_TEXT * 4) -> str:
    """Say how a tool call came back; `most` characters of it, or all."""
    code = "" if result.exit_code is None else f"[exit code {result.exit_code}] "
    failed = "[failed] " if result.failed and not result.exit_code else ""
    return f"{code}{failed}{result.text.strip()[:most] or '(nothing)'}"


def instant(written: str) -> datetime | None:
    """Read a time that a program wrote; one without a zone is UTC, what is no time is None."""
    try:
        read = datetime.fromisoformat(written)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no calendar has it, or not in UTC
        return None


def one_line(text: str) -> str:
    """Return a text as one line that is not too long."""
    return shortened(" ".join(text[: MOST_TEXT * 4].split()), MOST_COMMAND)


def shortened(text: str, most: int) -> str:
    """Return the beginning of a text, and how much of it is missing."""
    stripped = text.strip()
    beyond = len(stripped) - most
    return stripped if beyond <= 0 else f"{stripped[:most]}… ({beyond:,} more characters)"


WORDS: dict[type, Callable[..., Shown | None]] = {
    SessionOpened: session,
    Message: message,
    ToolCall: call,
    ToolResult: result,
    Tokens: tokens,
    Cost: cost,
    Error: error,
    AgentEnding: ending,
}
