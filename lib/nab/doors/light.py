"""What the light doors share. Whatever is not plain is left to the slow path: see `Unsure`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nab.core.text import tables
from nab.core.text.tables import Report

SCHEMA = 2
FORMAT = 1  # of the state folder: core/upkeep/state_format.py, whose import costs too much here
SETTINGS = {"--config": ("NAB_CONFIG", "nab.toml"), "--state": ("NAB_STATE", "state")}


class Unsure(Exception):
    """The light door cannot tell, or not for certain: the script goes on as if there were none."""


class Door:
    """What was asked, and what is derived for it. Raises Unsure where that was made of something else than there is."""

    def __init__(self, arguments: Sequence[str], options: Sequence[str] = ()) -> None:
        asked = read(arguments, [*SETTINGS, *options])
        self.as_json = "--json" in asked
        self.slot = asked.get("--slot")
        self.root = os.path.realpath(setting(asked, "--state"))
        self.known = self.read_json("doors.json")
        if os.path.exists(self.place("format.json")) and self.read_json("format.json")["format"] != FORMAT:
            raise Unsure
        if self.known["schema"] != SCHEMA or self.known["settings"] != text(setting(asked, "--config")):
            raise Unsure

    def place(self, name: str) -> str:
        return f"{self.root}/{name}"

    def read_json(self, name: str) -> Any:
        """Read a file of the state folder."""
        return json.loads(text(self.place(name)))

    def answer(self, value: object, words: Callable[[], Report]) -> str:
        """Return what is printed: JSON for programs, else words; nothing in it may drive a terminal."""
        told = json.dumps(value, indent=2) if self.as_json else for_people(words())
        if not told.isascii() or not told.replace("\n", "").isprintable():
            raise Unsure
        return told


def shown(answer: Callable[[Sequence[str]], str], arguments: Sequence[str]) -> bool:
    """Print what a light door can tell. Says whether it could."""
    try:
        told = coloured(answer(arguments))
    except (Unsure, OSError, ValueError, LookupError, TypeError, AttributeError):
        return False
    try:
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()
    except BrokenPipeError:  # `make status | head` has what it wanted
        from nab.edges.host import speech

        speech.reader_left()
    return True


def for_people(report: Report) -> str:
    """Write a report as a person reads it now, here."""
    return tables.plain(report, datetime.now(UTC), width())


def width() -> int | None:
    """Return how wide the terminal is that we print to; None where we print to none."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return None
    return os.get_terminal_size(sys.stdout.fileno()).columns


def coloured(told: str) -> str:
    """Give words their colours on a terminal, unless a person wants none or programs read it."""
    if told.startswith("{") or width() is None or os.environ.get("NO_COLOR"):
        return told
    from nab.core.text import colours

    return colours.painted(told)


def read(arguments: Sequence[str], options: Sequence[str]) -> dict[str, str]:
    """Read the options of a command. Raises Unsure for anything but `--json` and these, with their values."""
    found, left = {}, list(arguments)
    while left:
        name, equals, value = left.pop(0).partition("=")
        if name == "--json" and not equals:
            found[name] = "yes"
            continue
        if name not in options:
            raise Unsure
        found[name] = value if equals else left.pop(0)
        if not found[name] or found[name].startswith("-"):
            raise Unsure
    return found


def setting(asked: dict[str, str], name: str) -> str:
    """Return where the settings or the state are: as asked, by the environment, or where they are usually."""
    variable, usual = SETTINGS[name]
    return asked.get(name) or os.environ.get(variable, usual)


def text(path: str) -> str:
    """Read a file of ours."""
    return Path(path).read_text(encoding="utf-8")
