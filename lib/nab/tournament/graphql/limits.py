"""How large a request may be. Fragments are counted as often as they are spread, and never opened for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql.language import ast

from nab.tournament.graphql.document import Refused

MOST_FIELDS = 2_000
MOST_ROOT_FIELDS = 50
DEEPEST = 12
DEEPEST_INTROSPECTION = 3
LISTS_OF_THE_SCHEMA = {"fields", "inputFields", "interfaces", "possibleTypes"}
TOO_DEEP = "The query is nested too deeply."
TOO_LARGE = "The query is too complex."


@dataclass(frozen=True)
class Extent:
    """How many fields a selection has in all, how many at its top, and how deep it goes."""

    fields: int = 0
    top: int = 0
    depth: int = 0
    schema_depth: int = 0

    def beside(self, other: Extent) -> Extent:
        """Return the extent of two selections of the same object."""
        return Extent(
            self.fields + other.fields,
            self.top + other.top,
            max(self.depth, other.depth),
            max(self.schema_depth, other.schema_depth),
        )


@dataclass
class Measure:
    """The extents of the fragments seen so far; None while one is being measured."""

    fragments: Mapping[str, ast.FragmentDefinitionNode]
    known: dict[str, Extent | None] = field(default_factory=dict)

    def selection(self, selections: ast.SelectionSetNode | None) -> Extent:
        """Return the extent of a selection."""
        total = Extent()
        for node in selections.selections if selections else ():
            total = total.beside(self.one(node))
        return total

    def one(self, node: ast.SelectionNode) -> Extent:
        """Return the extent of one field or fragment."""
        if isinstance(node, ast.FragmentSpreadNode):
            return self.fragment(node)
        if isinstance(node, ast.InlineFragmentNode):
            return self.selection(node.selection_set)
        assert isinstance(node, ast.FieldNode)
        below = self.selection(node.selection_set)
        lists = below.schema_depth + (node.name.value in LISTS_OF_THE_SCHEMA)
        return Extent(below.fields + 1, 1, below.depth + 1, lists)

    def fragment(self, spread: ast.FragmentSpreadNode) -> Extent:
        """Return the extent of a fragment; one that spreads itself has none."""
        name = spread.name.value
        if name not in self.fragments:
            raise Refused(f'Unknown fragment "{name}".', spread)
        if name not in self.known:
            self.known[name] = None
            self.known[name] = self.selection(self.fragments[name].selection_set)
        found = self.known[name]
        if found is None:
            raise Refused(f'Cannot spread fragment "{name}" within itself.', spread)
        return found


def check(
    operation: ast.OperationDefinitionNode,
    fragments: Mapping[str, ast.FragmentDefinitionNode],
    *,
    introspects: bool,
) -> None:
    """Raise Refused for a request that would cost too much."""
    extent = Measure(fragments).selection(operation.selection_set)
    if extent.fields > MOST_FIELDS or extent.top > MOST_ROOT_FIELDS:
        raise Refused(TOO_LARGE)
    if extent.schema_depth > DEEPEST_INTROSPECTION or (extent.depth > DEEPEST and not introspects):
        raise Refused(TOO_DEEP)
