"""The reasoning effort that a coding agent's program is told, by its arguments, its environment or its home."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

VALUE = r"""["' ]*[=: ]\s*["']?(?P<effort>[A-Za-z0-9_-]{1,20})\b"""
WRITTEN = re.compile(
    rf"\b(?:(?:model_)?reasoning_effort|reasoningEffort|effort_?[lL]evel|thinking_?(?:[lL]evel|[bB]udget)){VALUE}"
)
ARGUMENT = re.compile(rf"--(?:reasoning-)?effort{VALUE}")
VARIABLE = re.compile(r"\w*(?:EFFORT|THINKING)\w*")


def effort(words: Iterable[str], environment: Mapping[str, str], home: Iterable[str]) -> str:
    """Return the effort, from the first of the three that says one; empty where the program decides."""
    line = " ".join(words)
    for found in (ARGUMENT.search(line), WRITTEN.search(line)):
        if found:
            return found["effort"]
    for name, value in environment.items():
        if VARIABLE.fullmatch(name):
            return value
    return next((found["effort"] for text in home if (found := WRITTEN.search(text))), "")
