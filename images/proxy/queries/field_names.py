"""Names as Numerai compares them: it takes `create_submission` for `createSubmission`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from refused import Refused


def plain(name: str) -> str:
    """Return the name by which Numerai knows it too."""
    return name.replace("_", "").lower()


def plain_keys(names: Iterable[str], what: str) -> list[str]:
    """Return plain names. Raises Refused when two become one."""
    found = [plain(name) for name in names]
    if len(set(found)) != len(found):
        raise Refused("duplicate", f"{what} comes twice, perhaps in two spellings")
    return found


def plain_values(value: Any) -> Any:
    """Return a JSON value whose objects have plain keys."""
    if isinstance(value, dict):
        keys = plain_keys(value, "a key of an input object")
        return {key: plain_values(part) for key, part in zip(keys, value.values(), strict=True)}
    return [plain_values(part) for part in value] if isinstance(value, list) else value


def texts(value: Any) -> Iterator[str]:
    """Go through every text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
