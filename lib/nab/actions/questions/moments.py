"""When what a program printed was said and called, by its own transcript: some programs print no times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from nab.core.agents.events import AnyEvent, Message, ToolCall, ToolResult
from nab.core.text import times

Rows = list[dict[str, Any]]
NOT_OF_WORDS = re.compile(r"\W+")
AHEAD = 50  # events of a transcript that are no lines of the output


def give(events: Iterable[AnyEvent], calls: Rows, messages: Rows) -> None:
    """Give rows without a time that of the same call or words in the transcript, in the order of both.

    A row that the transcript does not have keeps what it has; quotes and spaces may differ, for programs quote a
    command when they print it.
    """
    called: dict[str, list[tuple[str, float | None, float | None]]] = {}
    said: dict[str, list[tuple[str, float | None, float | None]]] = {}
    for whose, is_call, words, at, until in told(events):
        (called if is_call else said).setdefault(whose, []).append((words, at, until))
    for rows, kept, name in ((calls, called, "command"), (messages, said, "text")):
        following: dict[str, int] = {}
        for row in sorted(rows, key=lambda one: (one["session"], one["source"], one["line"])):
            whose = row["conversation"] or ""
            start, wanted = following.get(whose, 0), plain(row[name])
            theirs = kept.get(whose, [])
            for place in range(start, min(start + AHEAD, len(theirs))):
                words, at, until = theirs[place]
                if words and words in wanted:
                    following[whose] = place + 1
                    row["at"] = row["at"] or at
                    if "until" in row:
                        row["until"] = row["until"] or until
                    break


def told(events: Iterable[AnyEvent]) -> Iterator[tuple[str, bool, str, float | None, float | None]]:
    """Yield calls and words in their order: whose, whether it is a call, its words, from when to when."""
    found: dict[tuple[str, str], list[Any]] = {}
    for number, event in enumerate(events):
        match event:
            case ToolCall():
                found.setdefault(
                    (event.session, event.call),
                    [event.session, True, plain(event.command or event.arguments), moment(event.at), None],
                )
            case ToolResult() if (event.session, event.call) in found:
                found[event.session, event.call][4] = moment(event.at)
            case Message():
                found[event.session, f"said {number}"] = [
                    event.session, False, plain(event.text), moment(event.at), None
                ]  # fmt: skip
            case _:
                pass
    yield from (tuple(one) for one in found.values())


def moment(written: str) -> float | None:
    """Return an instant as seconds; None for what is none."""
    found = times.parse_or_none(written)
    return found.timestamp() if found else None


def plain(words: str | None) -> str:
    """Return the letters and digits of a text."""
    return NOT_OF_WORDS.sub("", words or "")
