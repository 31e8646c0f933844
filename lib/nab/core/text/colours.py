"""Which words of a report have a colour on a terminal. Imports little: light doors use it.

A word tells it without the colour, too: late is told apart from on-time by its letters and by what stands beside it.
"""

from __future__ import annotations

import re

ESCAPES = {"good": "32", "late": "1;30;43", "bad": "1;31", "wait": "33", "faint": "2", "head": "1"}
RULES = (
    ("late", r"\b(?:late|LATE)\b"),
    (
        "bad",
        r"ALARM\b|<-- [^;]*|\b(?:missed|failed|refused|disputed|lost|damaged|unclassified|stuck|crash"
        r"|orphaned|unreachable|denied|FAIL)\b",
    ),
    ("good", r"\b(?:on-time|finished|running|done|ready|supported|OK|ok)\b"),
    ("wait", r"\b(?:pending|queued|waiting|waits|paused|stopping|starting|WARN|warn)\b"),
)
ONE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in RULES), re.MULTILINE)


def painted(text: str) -> str:
    """Give the words of a safe text their colours."""
    return ONE.sub(lambda found: f"\x1b[{ESCAPES[found.lastgroup or '']}m{found[0]}\x1b[0m", text)


def heading(line: str) -> str:
    """Show the titles of a table as such."""
    return f"\x1b[{ESCAPES['head']}m{line}\x1b[0m"
