"""What a GraphQL call asks for: kind of operation and root fields. A reader, not a validator."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

TOKEN = re.compile(
    r'"""(?:\\"""|.)*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|\.\.\.|[_A-Za-z]\w*|[!$&():=@\[\]{|}]',
    re.DOTALL,
)
NAME = re.compile(r"[_A-Za-z]\w*")
OPENING, CLOSING = frozenset("({["), frozenset(")}]")
KINDS = frozenset({"query", "mutation", "subscription"})
MOST_FIELDS = 50
DEEPEST = 20

Fields = list[tuple[str, str]]
Fragments = dict[str, list[str]]


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


def parse(body: bytes) -> Call | None:
    """Read the body of a GraphQL POST; None when it is none."""
    try:
        query = json.loads(body)["query"]
    except (ValueError, KeyError, TypeError):
        return None
    return read(query) if isinstance(query, str) else None


def read(document: str) -> Call | None:
    """Read every operation of a document, with the fields that its fragments add."""
    tokens = [token for token in TOKEN.findall(document) if not token.startswith(("#", '"'))]
    kinds: list[str] = []
    bodies: list[list[str]] = []
    fragments: Fragments = {}
    start = 0
    while start < len(tokens):
        brace = next_brace(tokens, start)
        end = after(tokens, brace)
        head, body = tokens[start:brace], tokens[brace + 1 : end - 1]
        if head[:1] == ["fragment"]:
            fragments[head[1] if len(head) > 1 else ""] = body
        elif brace < len(tokens) and (not head or head[0] in KINDS):
            kinds.append(head[0] if head else "query")
            bodies.append(body)
        start = end
    if not kinds:
        return None
    fields = [field for body in bodies for field in root_fields(body, fragments, DEEPEST)]
    return Call("mutation" if "mutation" in kinds else kinds[0], tuple(fields[:MOST_FIELDS]))


def next_brace(tokens: list[str], start: int) -> int:
    """Find the brace that opens the selection; those inside parentheses are default values."""
    place = start
    while place < len(tokens) and tokens[place] != "{":
        place = after(tokens, place) if tokens[place] == "(" else place + 1
    return place


def after(tokens: list[str], place: int) -> int:
    """Return the place after the bracket that closes the one opened here."""
    depth = 0
    while place < len(tokens):
        depth += (tokens[place] in OPENING) - (tokens[place] in CLOSING)
        place += 1
        if depth <= 0:
            break
    return place


def root_fields(body: list[str], fragments: Fragments, deepest: int) -> Fields:
    """List the fields of a selection set, not those nested in them; fragments are looked into."""
    fields: Fields = []
    place = 0
    while place < len(body) and deepest:
        token = body[place]
        if token == "...":
            inside, place = spread(body, place, fragments)
            fields += root_fields(inside, fragments, deepest - 1)
        elif token in OPENING:
            place = after(body, place)
        elif token == "@":
            place += 2
        elif NAME.fullmatch(token):
            aliased = body[place + 1 : place + 2] == [":"]
            name = "".join(body[place + 2 : place + 3]) if aliased else token
            fields.append((token, plain_name(name)))
            place += 3 if aliased else 1
        else:
            place += 1
    return fields


def spread(body: list[str], place: int, fragments: Fragments) -> tuple[list[str], int]:
    """Return what `...` stands for, and the place after it: a named fragment or one written in line."""
    name = "".join(body[place + 1 : place + 2])
    if NAME.fullmatch(name) and name != "on":
        return fragments.get(name, []), place + 2
    brace = next_brace(body, place)
    end = after(body, brace)
    return body[brace + 1 : end - 1], end


def submission(call: Call, answer: bytes) -> str | None:
    """Return the id that an answer gives to a created submission."""
    try:
        given = json.loads(answer)["data"]
        keys = [key for key, name in call.fields if name == "createSubmission"]
        return next((str(given[key]["id"]) for key in keys if given.get(key)), None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
