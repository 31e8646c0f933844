"""The JSON of a GraphQL call, read so that no other reader could read it differently."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from refused import Refused

MOST_BYTES = 1 << 20
LONGEST_QUERY = 32 << 10
DEEPEST, MOST_VALUES = 12, 2000
KEYS = frozenset({"query", "variables", "operationName"})


@dataclass(frozen=True)
class Asked:
    """What the body of a call says."""

    query: str
    variables: dict[str, Any]
    operation: str | None


def read(body: bytes) -> Asked:
    """Read a body. Raises Refused for anything but one plain GraphQL call."""
    given = load(body)
    if not isinstance(given, dict):
        raise Refused("body", "a call is one JSON object; batches are refused")
    if unknown := set(given) - KEYS:
        raise Refused(
            "body", f"a call has query, variables and operationName, not {sorted(unknown)[0][:40]!r}"
        )
    query, variables, operation = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str) or len(query) > LONGEST_QUERY:
        raise Refused("body", f"query is a text of at most {LONGEST_QUERY} characters")
    if not isinstance(variables, dict | None):
        raise Refused("body", "variables are one JSON object")
    if not isinstance(operation, str | None):
        raise Refused("body", "operationName is a text")
    return Asked(query, variables or {}, operation)


def load(body: bytes) -> Any:
    """Decode JSON in UTF-8. Raises Refused for what readers disagree about."""
    if len(body) > MOST_BYTES:
        raise Refused("size", f"a call has at most {MOST_BYTES} bytes", 413)
    try:
        given = json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_constant=no_constant)
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Refused("body", "the body is not plain JSON in UTF-8") from None
    look(given)
    return given


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs, of which no key comes twice."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Refused("duplicate", "a JSON key comes twice")
    return made


def no_constant(name: str) -> None:
    raise ValueError(name)


def look(given: Any) -> None:
    """Raise Refused for values that are nested too deep or too many: each of them is looked at more than once."""
    left, count = [(given, 0)], 0
    while left:
        value, depth = left.pop()
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(inside)
        if depth > DEEPEST:
            raise Refused("body", f"values are nested more than {DEEPEST} deep")
        if count > MOST_VALUES:
            raise Refused("body", f"a call has at most {MOST_VALUES} values")
        left += [(part, depth + 1) for part in inside]
