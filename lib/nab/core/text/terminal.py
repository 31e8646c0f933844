"""Text for a person at a terminal, within its width. What an agent said cannot drive that terminal."""

from __future__ import annotations

import json
import re
import textwrap
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from nab.core.text.counts import number_of

# Controls, what turns the direction of writing, what cannot be seen, halves of characters, and tags.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
CLOCK, WHO = 8, 10
INDENT = CLOCK + WHO + 2
NARROWEST = 40
LONGEST = 20  # of a name


class Tone(StrEnum):
    """In which colour something is shown, where there are colours."""

    SAID = "said"
    THOUGHT = "thought"
    CALLED = "called"
    ANSWERED = "answered"
    COUNTED = "counted"
    WRONG = "wrong"
    OURS = "ours"


class Shown(NamedTuple):
    """Something to show: when (UTC, None where nobody said), who, what, and how many lines of it at most."""

    at: datetime | None
    who: str
    text: str
    tone: Tone
    most: int = 1_000


def safe(text: str) -> str:
    """Return a text in which every character that could do anything but stand there is written as its number."""
    spaced = text.replace("\r\n", "\n").replace("\t", "    ")
    return UNSAFE.sub(lambda found: numbered(ord(found[0])), spaced)


def safe_json(text: str) -> str:
    """Return JSON of the same value in which every such character is written as JSON writes its number."""
    return UNSAFE.sub(lambda found: json.dumps(found[0])[1:-1].replace("\x7f", "\\u007f"), text)


def one_line(text: str) -> str:
    """Return a safe text on one line: what could be taken for a line of ours is none."""
    return safe(" ".join(text.splitlines()))


def numbered(character: int) -> str:
    return f"\\x{character:02x}" if character < 0x100 else f"\\u{character:04x}"


def lines(one: Shown, width: int) -> list[str]:
    """Lay something out: the time, who, and the text within the width, its further lines under the first."""
    room = max(NARROWEST, width) - INDENT
    who = one_line(one.who)
    who = f"{who[: LONGEST - 1]}…" if len(who) > LONGEST else who
    beyond = " " * max(0, len(who) - WHO + 1)  # a long name takes it of the first line
    laid = [
        piece
        for number, line in enumerate(safe(one.text).split("\n"))
        for piece in textwrap.wrap(
            line,
            room,
            initial_indent="" if number else beyond,
            drop_whitespace=False,
            replace_whitespace=False,
            break_on_hyphens=False,
        )
        or [""]
    ]
    laid[0] = laid[0].removeprefix(beyond)
    if len(laid) > one.most:
        laid = [*laid[: one.most - 1], f"… {number_of(len(laid) - one.most + 1, 'more line')}"]
    clock = f"{one.at.astimezone():%H:%M:%S}" if one.at else ""
    first, *rest = laid
    return [f"{clock:<{CLOCK}} {who:<{WHO if not beyond else 0}} {first}".rstrip()] + [
        f"{'':<{INDENT}}{line}".rstrip() for line in rest
    ]
