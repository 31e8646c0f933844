"""Counts as providers tell them: null is "not said", and a later one takes the place of an earlier one."""

from __future__ import annotations

import json
import math
from typing import Any

MOST_TOKENS = 1 << 50
MOST_DIGITS = 19  # Python refuses to read a number of thousands of them


def decoded(text: bytes | str) -> Any:
    """Read JSON; a number that is none (NaN, 1e400) is null. Raises ValueError, RecursionError."""
    return json.loads(text, parse_constant=lambda _: None, parse_float=fraction, parse_int=whole)


def fraction(digits: str) -> float | None:
    found = float(digits)
    return found if math.isfinite(found) else None


def whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= MOST_DIGITS else None


def is_count(value: Any) -> bool:
    """Say whether a value may be a number of tokens."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST_TOKENS


def after(known: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Return counts after further ones: null replaces nothing, nor does what cannot be a count replace one."""
    found = dict(known)
    for name, value in told.items():
        before = known.get(name)
        if isinstance(value, dict):
            found[name] = after(before if isinstance(before, dict) else {}, value)
        elif name not in known or (value is not None and is_count(value) >= is_count(before)):
            found[name] = value
    return found
