"""Programs that Ctrl-C reaches: a shell starts its background jobs, and what they start, with SIGINT ignored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def interruptible(words: Sequence[str | Path]) -> list[str | Path]:
    """Return the words that start a program as a terminal does; it keeps the process id of who was started."""
    return ["env", "--default-signal=INT", *words]
