"""What an API says of its own schema, read as far as it is as expected."""

from __future__ import annotations

import difflib
from typing import Any

import msgspec

from nab.core import foreign
from nab.core.contract.contract import Field
from nab.core.contract.selections import Tree, inner, name, plain

TYPE = "kind name ofType {kind name ofType {kind name ofType {kind name ofType {kind name}}}}"
QUESTION = f"""query {{__schema {{queryType {{name}} mutationType {{name}} types {{name kind
    enumValues {{name}} fields {{name type {{{TYPE}}} args {{name defaultValue type {{{TYPE}}}}}}}}}}}}}"""
SIMILAR = 0.5


class Ref(msgspec.Struct, rename="camel"):
    """A type where it is used."""

    kind: str = ""
    name: str | None = None
    of_type: Ref | None = None

    @property
    def text(self) -> str:
        below = self.of_type.text if self.of_type else ""
        if self.kind == "NON_NULL":
            return f"{below}!"
        return f"[{below}]" if self.kind == "LIST" else (self.name or "")


class Argument(msgspec.Struct, rename="camel"):
    name: str
    type: Ref = msgspec.field(default_factory=Ref)
    default_value: str | None = None

    @property
    def text(self) -> str:
        """Its type; required is only what has no default."""
        return self.type.text if self.default_value is None else self.type.text.rstrip("!")


class Declared(msgspec.Struct):
    name: str
    type: Ref = msgspec.field(default_factory=Ref)
    args: list[Argument] | None = None


class Named(msgspec.Struct):
    name: str


class Type(msgspec.Struct, rename="camel"):
    name: str
    fields: list[Declared] | None = None
    enum_values: list[Named] | None = None


class Told(msgspec.Struct, rename="camel"):
    """An answer to QUESTION."""

    types: list[Type]
    query_type: Named = msgspec.field(default_factory=lambda: Named("Query"))
    mutation_type: Named | None = None


class Schema:
    """Fields by their types, whatever way their names are spelt."""

    def __init__(self, told: Told) -> None:
        self.roots = {
            "Query": told.query_type.name,
            "Mutation": told.mutation_type.name if told.mutation_type else "",
        }
        self.fields = {
            one.name: {plain(field.name): field for field in one.fields or ()} for one in told.types
        }
        self.enums = {
            one.name: sorted(value.name for value in one.enum_values) for one in told.types if one.enum_values
        }

    def field(self, type_name: str, field_name: str) -> Declared | None:
        return self.fields.get(type_name, {}).get(plain(field_name))

    def like(self, type_name: str, field_name: str, known: set[str]) -> str:
        """Name the field that may have taken another's place: one that is not known, and has a similar name."""
        others = {one.name for key, one in self.fields.get(type_name, {}).items() if key not in known}
        found = difflib.get_close_matches(field_name, sorted(others), 1, SIMILAR)
        return f"perhaps {found[0]} now" if found else ""


def read(data: Any) -> Schema | None:
    """Read the schema that is told; None where there is none to read."""
    try:
        told = foreign.fitted(data.get("__schema") if isinstance(data, dict) else None, Told)
        return None if told is foreign.NOTHING or not told.types else Schema(told)
    except RecursionError:
        return None


def declared(schema: Schema, roots: dict[str, Tree], types: dict[str, str] | None = None) -> dict[str, Field]:
    """Return how the fields are declared that are relied upon. Their labels are those of `types` where it is told."""
    found: dict[str, Field] = {}
    for root, tree in roots.items():
        kind, _, operation = root.partition(".")
        walk(found, schema, (root, schema.roots[kind], operation), tree, types)
    return found


def walk(
    found: dict[str, Field],
    schema: Schema,
    at: tuple[str, str, str],
    tree: Tree,
    types: dict[str, str] | None,
) -> None:
    """Note one field and what is below it; of what is gone nothing is below."""
    label, type_name, field_name = at
    field = schema.field(type_name, field_name)
    if field is None:
        known = {plain(one.rpartition(".")[2]) for one in types or {}}
        gone = schema.like(type_name, field_name, known) or "no such field"
        found[label] = Field((types or {}).get(label, ""), gone=gone)
        return
    told = field.type.text.replace("!", "")
    found[label] = Field(declared=told, arguments={one.name: one.text for one in field.args or ()})
    above = inner(types.get(label) or told) if types is not None else inner(told)
    for key, below in tree.items():
        walk(found, schema, (f"{above}.{name(key)}", inner(told), name(key)), below, types)
