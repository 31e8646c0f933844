"""Which of Numerai's tournaments a call is for: the bench's own, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from queries.selections import Field
from refused import Refused

TOURNAMENT = 8  # Numerai's first; Signals and Crypto are others
PLACES = frozenset({"tournament", "tournamentid", "tournamentnumber"})


def judge(field: Field, *, must_be_said: bool = False) -> None:
    """Refuse another tournament, wherever among a field's arguments it stands. What changes something names its own."""
    said = list(given(field.arguments))
    ours = [value for value in said if is_ours(field, value)]
    if (must_be_said and not said) or ours != said:
        spelt = field.node.name.value[:60]
        raise Refused("tournament", f"{spelt} is for tournament {TOURNAMENT}, and for no other")


def is_ours(field: Field, value: Any) -> bool:
    """Say whether a value is the tournament's number, or its name where Numerai asks for that."""
    by_name = field.name == "pipelinestatus" and value == "classic"
    return by_name or (value == TOURNAMENT and type(value) in (int, float))


def given(value: Any) -> Iterator[Any]:
    """Yield what is given for a tournament in arguments, at any depth; null is nothing."""
    if isinstance(value, list):
        for part in value:
            yield from given(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key in PLACES:
                yield from () if part is None else (part,)
            else:
                yield from given(part)
