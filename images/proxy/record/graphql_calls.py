"""What is recorded of a call to Numerai's API: its kind and root fields, and the submission that it made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queries.documents import Document


@dataclass(frozen=True)
class Call:
    """A mutation or a query, and its root fields: the name in the answer, and the field's plain name."""

    operation: str
    fields: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.fields)


def plain_name(field: str) -> str:
    """Spell create_submission as createSubmission: Numerai takes both."""
    first, *rest = [part for part in field.split("_") if part] or [field]
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def of(document: Document) -> Call:
    """Say what a document asks for."""
    roots = document.roots
    return Call(document.operation, tuple((root.key, plain_name(root.node.name.value)) for root in roots))


def submission(call: Call, answer: bytes) -> str | None:
    """Return the id that an answer gives to a created submission."""
    try:
        given = json.loads(answer)["data"]
        keys = [key for key, name in call.fields if name == "createSubmission"]
        return next((str(given[key]["id"]) for key in keys if given.get(key)), None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
