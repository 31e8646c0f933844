"""What a GraphQL selection asks for, with its fragments followed and its variables put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql.language import ast
from refused import Refused

from queries.field_names import plain, plain_keys

DEEPEST = 24
MOST_FIELDS = 1000
MARK = "nab"  # what we add to a document, to know an answer's parts again, begins like this

Defined = Mapping[str, ast.FragmentDefinitionNode]


class Word(str):
    """An enum's value: written like a name, and no text."""

    __slots__ = ()


@dataclass(frozen=True)
class Field:
    """A field: its name in the answer, its plain name, its arguments by plain names, and what is below."""

    key: str
    name: str
    arguments: dict[str, Any]
    below: tuple[Field, ...]
    node: ast.FieldNode

    def all_below(self) -> Iterator[Field]:
        """Go through everything that is asked of it."""
        for field in self.below:
            yield field
            yield from field.all_below()


class Reader:
    """Follows fragments and variables, and counts what it meets."""

    def __init__(self, fragments: Defined, values: Mapping[str, Any]) -> None:
        self.fragments, self.values = fragments, values
        self.used: set[str] = set()
        self.count = 0

    def fields(
        self, selected: ast.SelectionSetNode | None, left: int, inside: tuple[str, ...]
    ) -> tuple[Field, ...]:
        """List what a selection asks for, with what its fragments add."""
        if left < 0:
            raise Refused("document", f"the query is nested more than {DEEPEST} deep")
        found: list[Field] = []
        for node in selected.selections if selected else ():
            self.count += 1
            if self.count > MOST_FIELDS:
                raise Refused("document", f"the query has more than {MOST_FIELDS} fields")
            if isinstance(node, ast.FieldNode):
                found.append(self.field(node, left, inside))
            elif isinstance(node, ast.InlineFragmentNode):
                found += self.fields(node.selection_set, left - 1, inside)
            elif isinstance(node, ast.FragmentSpreadNode):
                found += self.spread(node.name.value, left, inside)
        return tuple(found)

    def spread(self, name: str, left: int, inside: tuple[str, ...]) -> tuple[Field, ...]:
        """List what a named fragment adds."""
        if name in inside or name not in self.fragments:
            raise Refused("document", "a fragment is missing or contains itself")
        self.used.add(name)
        return self.fields(self.fragments[name].selection_set, left - 1, (*inside, name))

    def field(self, node: ast.FieldNode, left: int, inside: tuple[str, ...]) -> Field:
        """Read one field."""
        key = (node.alias or node.name).value
        if key.lower().startswith(MARK):
            raise Refused("document", f"names that begin with {MARK} are ours")
        arguments = node.arguments or ()
        names = plain_keys([argument.name.value for argument in arguments], "an argument")
        values = [self.value(argument.value) for argument in arguments]
        below = self.fields(node.selection_set, left - 1, inside)
        return Field(key, plain(node.name.value), dict(zip(names, values, strict=True)), below, node)

    def value(self, node: ast.ValueNode | None) -> Any:
        """Return what a value stands for. A variable that is not given is null, as Numerai has it."""
        match node:
            case ast.VariableNode():
                return self.variable(node.name.value)
            case ast.ListValueNode():
                return [self.value(part) for part in node.values]
            case ast.ObjectValueNode():
                keys = plain_keys([part.name.value for part in node.fields], "a key of an input object")
                return {key: self.value(part.value) for key, part in zip(keys, node.fields, strict=True)}
            case ast.EnumValueNode():
                return Word(node.value)
            case ast.IntValueNode() | ast.FloatValueNode():
                return float(node.value)
            case _:
                return getattr(node, "value", None)

    def variable(self, name: str) -> Any:
        """Return what is given for a variable."""
        if name not in self.values:
            raise Refused("document", "a variable is not declared")
        return self.values[name]
